#include "runtime/launch/join.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::launch {
namespace {

struct Kind {
  const char* name;  // in /proc/PID/ns
  CloneFlags flag;
};

// The user namespace is first, and has a rule of its own.
constexpr size_t kUserKind = 0;
constexpr std::array<Kind, kNamespaceKinds> kKinds = {{
    {"user", CloneFlags(CLONE_NEWUSER)},
    {"cgroup", CloneFlags(CLONE_NEWCGROUP)},
    {"ipc", CloneFlags(CLONE_NEWIPC)},
    {"uts", CloneFlags(CLONE_NEWUTS)},
    {"net", CloneFlags(CLONE_NEWNET)},
    {"pid", CloneFlags(CLONE_NEWPID)},
    {"time", CloneFlags(CLONE_NEWTIME)},
    {"mnt", CloneFlags(CLONE_NEWNS)},
}};

absl::StatusOr<UniqueFd> OpenNamespace(const std::string& process,
                                       const char* name) {
  const std::string path = absl::StrCat(process, "/ns/", name);
  return sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                     Quote(path));
}

}  // namespace

absl::StatusOr<JoinTarget> OpenJoinTarget(pid_t pid, int pidfd) {
  JoinTarget target;
  target.pidfd = pidfd;
  const std::string process = absl::StrCat("/proc/", pid);
  for (size_t i = 0; i < kKinds.size(); ++i) {
    const absl::StatusOr<UniqueFd> ours =
        OpenNamespace("/proc/self", kKinds[i].name);
    // The kernel does not have the kind: cgroup since Linux 4.6, time
    // since 5.6. Only the caller's own file tells: those of a process whose
    // first thread has ended are missing as well, and what is not joined stays
    // the host's.
    if (ErrnoOf(ours.status()) == ENOENT) continue;
    CHM_RETURN_IF_ERROR(ours.status());
    CHM_ASSIGN_OR_RETURN(UniqueFd theirs,
                         OpenNamespace(process, kKinds[i].name));
    if (raw::SameObject(theirs.get(), ours->get())) continue;
    target.namespaces |= kKinds[i].flag;
    target.files[i] = std::move(theirs);
  }
  const std::string root = absl::StrCat(process, "/root");
  CHM_ASSIGN_OR_RETURN(
      target.root,
      sys::CallFd(raw::OpenAt(AT_FDCWD, root.c_str(), O_PATH | O_DIRECTORY),
                  Quote(root)));
  // It lives: its number was not another's meanwhile.
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Call(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0), "0"));
  return target;
}

raw::Result JoinByFiles(const JoinTarget& target) {
  const UniqueFd& user = target.files[kUserKind];
  std::array<bool, kNamespaceKinds> joined = {};
  for (const bool last : {false, true}) {
    for (size_t i = kUserKind + 1; i < kKinds.size(); ++i) {
      if (!target.files[i].valid() || joined[i]) continue;
      const raw::Result result =
          raw::Setns(target.files[i].get(), kKinds[i].flag);
      // What belongs to the caller's user namespace can be joined only before
      // that is left, and the rest, by an ordinary user, only behind it.
      if (!result.ok() && (last || result.error() != EPERM)) return result;
      joined[i] = result.ok();
    }
    if (last || !user.valid()) continue;
    const raw::Result result = raw::Setns(user.get(), kKinds[kUserKind].flag);
    if (!result.ok()) return result;
  }
  return {0, SYS_setns};
}

raw::Result Join(const JoinTarget& target) {
  raw::Result joined = {0, SYS_setns};
  if (!target.namespaces.empty()) {
    joined = raw::Setns(target.pidfd, target.namespaces);
    // Before Linux 5.8 a pidfd is no namespace.
    if (joined.error() == EINVAL) joined = JoinByFiles(target);
  }
  if (!joined.ok()) return joined;
  const raw::Result entered = raw::Fchdir(target.root.get());
  return entered.ok() ? raw::Chroot(".") : entered;
}

}  // namespace chmdocker::launch
