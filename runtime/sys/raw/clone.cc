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

// A clone or clone3 whose child begins on another stack, in assembly because
// there it has no frame to return to, and must not touch the parent's.
long CloneOnStack(long number, long first, long second, long third,
                  int (*child)(void*), void* argument) {
#if defined(__x86_64__)
  long result;
  register int (*child_register)(void*) __asm__("r12") = child;
  register void* argument_register __asm__("r13") = argument;
  register const long no_child_tid __asm__("r10") = 0;
  register const long no_tls __asm__("r8") = 0;
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
      : "a"(number), "D"(first), "S"(second), "d"(third), "r"(no_child_tid),
        "r"(no_tls), "r"(child_register), "r"(argument_register)
      : "rcx", "r11", "memory");
  return result;
#else
#error "clone is written for x86_64 only"
#endif
}

long Number(const void* pointer) {
  return static_cast<long>(reinterpret_cast<intptr_t>(pointer));
}

// `number`: where the kernel puts the pidfd of CLONE_PIDFD, or the pid of
// CLONE_PARENT_SETTID.
Result CloneWithNumber(uint64_t flags, void* stack_top, int* number,
                       int (*child)(void*), void* argument) {
  return {CloneOnStack(SYS_clone, static_cast<long>(flags), Number(stack_top),
                       Number(number), child, argument),
          SYS_clone};
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
  const long pid =
      CloneOnStack(SYS_clone3, Number(&args), static_cast<long>(sizeof(args)),
                   0, child, argument);
  if (pid != -ENOSYS || cgroup >= 0) return {pid, SYS_clone3};
  return CloneWithNumber(flags.bits() | kSharedUntilExec | SIGCHLD,
                         static_cast<char*>(stack) + size, pidfd, child,
                         argument);
}

Result CloneSister(CloneFlags namespaces, void* stack_top, int (*child)(void*),
                   void* argument, int* pid) {
  return CloneWithNumber(
      namespaces.bits() | CLONE_VM | CLONE_PARENT | CLONE_PARENT_SETTID,
      stack_top, pid, child, argument);
}

}  // namespace chmdocker::raw
