#include "runtime/launch/join.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/namespace_files.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::launch {
namespace {

absl::StatusOr<UniqueFd> OpenNamespace(const std::string& process,
                                       const char* name) {
  const std::string path = absl::StrCat(process, "/ns/", name);
  return sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                     sys::Quoted(path));
}

}  // namespace

absl::StatusOr<JoinTarget> OpenJoinTarget(pid_t pid, int pidfd) {
  JoinTarget target;
  target.pidfd = pidfd;
  const std::string process = absl::StrCat("/proc/", pid);
  for (size_t i = 0; i < namespaces::kNamespaceKindCount; ++i) {
    const namespaces::NamespaceKind& kind = namespaces::kNamespaceKinds[i];
    const absl::StatusOr<UniqueFd> ours =
        OpenNamespace("/proc/self", kind.file);
    // The kernel does not have the kind: cgroup since Linux 4.6, time
    // since 5.6. Only the caller's own file tells: those of a process whose
    // first thread has ended are missing as well, and what is not joined stays
    // the host's.
    if (ErrnoOf(ours.status()) == ENOENT) continue;
    CHM_RETURN_IF_ERROR(ours.status());
    CHM_ASSIGN_OR_RETURN(UniqueFd theirs, OpenNamespace(process, kind.file));
    if (raw::SameObject(theirs.get(), ours->get())) continue;
    target.namespaces |= kind.flag;
    target.files.fds[i] = std::move(theirs);
  }
  const std::string root = absl::StrCat(process, "/root");
  CHM_ASSIGN_OR_RETURN(
      target.root,
      sys::CallFd(raw::OpenAt(AT_FDCWD, root.c_str(), O_PATH | O_DIRECTORY),
                  sys::Quoted(root)));
  // It lives: its number was not another's meanwhile.
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Call(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0), "0"));
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
