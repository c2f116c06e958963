// Namespaces, and the processes that are in them.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_NAMESPACES_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_NAMESPACES_H_

#include <sys/types.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// setns(2). `fd` is a file of /proc/PID/ns, and `namespaces` the kind that it
// must be of; or, since Linux 5.8, a pidfd, and `namespaces` which ones of its
// process are joined: all of them or none.
inline Result Setns(int fd, CloneFlags namespaces) {
  return Call(SYS_setns, fd, namespaces.bits());
}

inline Result Unshare(CloneFlags namespaces) {
  return Call(SYS_unshare, namespaces.bits());
}

// pidfd_open(2), since Linux 5.3; close-on-exec.
inline Result PidfdOpen(pid_t pid) { return Call(SYS_pidfd_open, pid, 0); }

// pidfd_getfd(2), since Linux 5.6: a copy, close-on-exec, of the descriptor
// `fd` of that process.
inline Result PidfdGetfd(int pidfd, int fd) {
  return Call(SYS_pidfd_getfd, pidfd, fd, 0);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_NAMESPACES_H_
