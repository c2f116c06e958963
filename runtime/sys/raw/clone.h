// New processes: with the caller's memory, until they exec or for good, or with
// a copy of it.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_CLONE_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_CLONE_H_

#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// Starts `child(argument)` in a new process with the namespaces of `flags`,
// CLONE_VM|CLONE_VFORK: the caller sleeps until the child has called execve or
// _exit, and sees what the child wrote to memory. The child runs on `stack`
// (`size` bytes, 16-byte aligned), must not return, and must not do more than
// vfork(2) allows; signals had better be blocked. `*pidfd` receives a pidfd
// (close-on-exec). Returns the pid.
//
// Uses clone(2) where clone3 (Linux 5.3) is missing or, as under docker's
// seccomp profile, answered by ENOSYS; not with a `cgroup`, the directory of a
// cgroup of v2 that the process is born in (CLONE_INTO_CGROUP), or -1.
Result CloneVfork(CloneFlags flags, int cgroup, void* stack, size_t size,
                  int (*child)(void*), void* argument, int* pidfd);

// clone(2) as fork(2): returns the pid, and 0 in the new process, which has a
// copy of the caller's memory. Only for programs with one thread that use
// nothing of libc that remembers a pid.
inline Result Fork() {
  return Call(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
}

// Starts `child(argument)` in a new process with the caller's memory, for good
// (CLONE_VM), the caller's parent (CLONE_PARENT), and new namespaces. Its stack
// begins at `stack_top`, 16-byte aligned, and goes down; the caller must keep
// out of it, and the child must not return. As in Fork, nothing of libc that
// remembers a pid. `*pid` is the new process's number, as the caller sees it,
// and is there before the child begins (CLONE_PARENT_SETTID). The signal at its
// end is that of the caller's.
Result CloneSister(CloneFlags namespaces, void* stack_top, int (*child)(void*),
                   void* argument, int* pid);

// Fork in new namespaces, and with the caller's parent as the parent of the
// new process: CLONE_PARENT. The signal at its end is that of the caller's.
inline Result ForkSister(CloneFlags namespaces) {
  return Call(SYS_clone, namespaces.bits() | CLONE_PARENT, nullptr, nullptr,
              nullptr, nullptr);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_CLONE_H_
