#include "runtime/launch/join.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/namespaces/namespace_files.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::launch {
namespace {

std::string NamespacePath(const std::string& process, const char* name) {
  return absl::StrCat(process, "/ns/", name);
}

// Without opening it, which costs twice as much.
raw::Result Look(const std::string& path, struct stat* out) {
  return {stat(path.c_str(), out) == 0 ? 0 : -errno, SYS_newfstatat};
}

absl::StatusOr<bool> IsOther(const std::string& process, const char* name) {
  struct stat ours, theirs;
  const std::string own = NamespacePath("/proc/self", name);
  const raw::Result looked = Look(own, &ours);
  // The kernel does not have the kind: cgroup since Linux 4.6, time since 5.6.
  // Only the caller's own file tells: those of a process whose first thread has
  // ended are missing as well, and what is not joined stays the host's.
  if (looked.error() == ENOENT) return false;
  CHM_RETURN_IF_ERROR(sys::CallStatus(looked, sys::Quoted(own)));
  const std::string path = NamespacePath(process, name);
  CHM_RETURN_IF_ERROR(sys::CallStatus(Look(path, &theirs), sys::Quoted(path)));
  return ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino;
}

absl::StatusOr<CloneFlags> OthersOf(const std::string& process) {
  CloneFlags others;
  for (const namespaces::NamespaceKind& kind : namespaces::kNamespaceKinds) {
    CHM_ASSIGN_OR_RETURN(const bool is_other, IsOther(process, kind.file));
    if (is_other) others |= kind.flag;
  }
  return others;
}

// It lives: its number was not another's meanwhile.
absl::Status CheckAlive(int pidfd) {
  return sys::CallStatus(raw::Call(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0),
                         "0");
}

}  // namespace

absl::StatusOr<CloneFlags> OtherNamespaces(pid_t pid, int pidfd) {
  CHM_ASSIGN_OR_RETURN(const CloneFlags others,
                       OthersOf(absl::StrCat("/proc/", pid)));
  CHM_RETURN_IF_ERROR(CheckAlive(pidfd));
  return others;
}

absl::StatusOr<JoinTarget> OpenJoinTarget(pid_t pid, int pidfd) {
  JoinTarget target;
  target.pidfd = pidfd;
  const std::string process = absl::StrCat("/proc/", pid);
  CHM_ASSIGN_OR_RETURN(target.namespaces, OthersOf(process));
  for (size_t i = 0; i < namespaces::kNamespaceKindCount; ++i) {
    const namespaces::NamespaceKind& kind = namespaces::kNamespaceKinds[i];
    if (!target.namespaces.has(kind.flag)) continue;
    const std::string path = NamespacePath(process, kind.file);
    CHM_ASSIGN_OR_RETURN(
        target.files.fds[i],
        sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                    sys::Quoted(path)));
  }
  const std::string root = absl::StrCat(process, "/root");
  CHM_ASSIGN_OR_RETURN(
      target.root,
      sys::CallFd(raw::OpenAt(AT_FDCWD, root.c_str(), O_PATH | O_DIRECTORY),
                  sys::Quoted(root)));
  CHM_RETURN_IF_ERROR(CheckAlive(pidfd));
  return target;
}

raw::Result Join(const JoinTarget& target) {
  raw::Result joined = {0, SYS_setns};
  if (!target.namespaces.empty()) {
    joined = raw::Setns(target.pidfd, target.namespaces);
    // Before Linux 5.8 a pidfd is no namespace.
    if (joined.error() == EINVAL) {
      joined = namespaces::JoinFiles(target.files);
    }
  }
  if (!joined.ok()) return joined;
  const raw::Result entered = raw::Fchdir(target.root.get());
  return entered.ok() ? raw::Chroot(".") : entered;
}

}  // namespace chmdocker::launch
