#include "runtime/sys/raw/clone.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {
namespace {

constexpr uint64_t kSharedUntilExec = CLONE_VM | CLONE_VFORK | CLONE_PIDFD;

// From <linux/sched.h>; since Linux 5.7.
constexpr uint64_t kCloneIntoCgroup = 0x200000000;

// struct clone_args of <linux/sched.h>, which cannot stand beside <sched.h>:
// both define CLONE_* and struct sched_param.
struct CloneArgs {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
  uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

// In assembly because the child returns from the system call on another stack:
// it has no frame to return to, and must not touch the parent's.
long RawClone3(CloneArgs* args, int (*child)(void*), void* argument) {
#if defined(__x86_64__)
  long result;
  register int (*child_register)(void*) __asm__("r12") = child;
  register void* argument_register __asm__("r13") = argument;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "ud2\n\t"
      "1:\n\t"
      : "=a"(result)
      : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args)), "r"(child_register),
        "r"(argument_register)
      : "rcx", "r11", "memory");
  return result;
#else
#error "clone3 is written for x86_64 only"
#endif
}

}  // namespace

Result CloneVfork(CloneFlags flags, int cgroup, void* stack, size_t size,
                  int (*child)(void*), void* argument, int* pidfd) {
  CloneArgs args = {};
  args.flags = flags.bits() | kSharedUntilExec;
  if (cgroup >= 0) {
    args.flags |= kCloneIntoCgroup;
    args.cgroup = static_cast<uint64_t>(cgroup);
  }
  args.pidfd = reinterpret_cast<uint64_t>(pidfd);
  args.exit_signal = SIGCHLD;
  args.stack = reinterpret_cast<uint64_t>(stack);
  args.stack_size = size;
  if (const long pid = RawClone3(&args, child, argument);
      pid != -ENOSYS || cgroup >= 0) {
    return {pid, SYS_clone3};
  }
  const int pid =
      clone(child, static_cast<char*>(stack) + size,
            static_cast<int>(flags.bits() | kSharedUntilExec | SIGCHLD),
            argument, pidfd);
  return {pid < 0 ? -errno : pid, SYS_clone};
}

}  // namespace chmdocker::raw
