#include "runtime/sys/call_status.h"

#include <sys/syscall.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::sys {
namespace {

// Null for one that nobody here makes. Not a std::string: for each of a hundred
// names that would be instructions, and is a place in a table like this.
const char* KnownName(long number) {
  switch (number) {
#define CHM_SYSCALL(name) \
  case SYS_##name:        \
    return #name;
    CHM_SYSCALL(accept4)
    CHM_SYSCALL(bind)
    CHM_SYSCALL(bpf)
    CHM_SYSCALL(capget)
    CHM_SYSCALL(capset)
    CHM_SYSCALL(chdir)
    CHM_SYSCALL(chroot)
    CHM_SYSCALL(clone)
    CHM_SYSCALL(clone3)
    CHM_SYSCALL(close)
    CHM_SYSCALL(close_range)
    CHM_SYSCALL(connect)
    CHM_SYSCALL(dup3)
    CHM_SYSCALL(execve)
    CHM_SYSCALL(execveat)
    CHM_SYSCALL(fchdir)
    CHM_SYSCALL(fchmod)
    CHM_SYSCALL(fchmodat)
    CHM_SYSCALL(fchown)
    CHM_SYSCALL(fchownat)
    CHM_SYSCALL(fcntl)
    CHM_SYSCALL(flock)
    CHM_SYSCALL(fsconfig)
    CHM_SYSCALL(fsetxattr)
    CHM_SYSCALL(fsmount)
    CHM_SYSCALL(fsopen)
    CHM_SYSCALL(fsync)
    CHM_SYSCALL(fstat)
    CHM_SYSCALL(fstatfs)
    CHM_SYSCALL(ftruncate)
    CHM_SYSCALL(getcwd)
    CHM_SYSCALL(getdents64)
    CHM_SYSCALL(ioctl)
    CHM_SYSCALL(ioprio_set)
    CHM_SYSCALL(keyctl)
    CHM_SYSCALL(kill)
    CHM_SYSCALL(linkat)
    CHM_SYSCALL(listen)
    CHM_SYSCALL(memfd_create)
    CHM_SYSCALL(mkdirat)
    CHM_SYSCALL(mknodat)
    CHM_SYSCALL(mmap)
    CHM_SYSCALL(mount)
    CHM_SYSCALL(mount_setattr)
    CHM_SYSCALL(move_mount)
    CHM_SYSCALL(newfstatat)
    CHM_SYSCALL(open_tree)
    CHM_SYSCALL(openat)
    CHM_SYSCALL(openat2)
    CHM_SYSCALL(personality)
    CHM_SYSCALL(pidfd_getfd)
    CHM_SYSCALL(pidfd_open)
    CHM_SYSCALL(pidfd_send_signal)
    CHM_SYSCALL(pipe2)
    CHM_SYSCALL(pivot_root)
    CHM_SYSCALL(ppoll)
    CHM_SYSCALL(prctl)
    CHM_SYSCALL(prlimit64)
    CHM_SYSCALL(pwrite64)
    CHM_SYSCALL(read)
    CHM_SYSCALL(readlinkat)
    CHM_SYSCALL(recvfrom)
    CHM_SYSCALL(recvmsg)
    CHM_SYSCALL(renameat2)
    CHM_SYSCALL(rt_sigaction)
    CHM_SYSCALL(rt_sigprocmask)
    CHM_SYSCALL(sched_setaffinity)
    CHM_SYSCALL(sched_setattr)
    CHM_SYSCALL(seccomp)
    CHM_SYSCALL(sendfile)
    CHM_SYSCALL(sendmsg)
    CHM_SYSCALL(sendto)
    CHM_SYSCALL(set_mempolicy)
    CHM_SYSCALL(setdomainname)
    CHM_SYSCALL(setgroups)
    CHM_SYSCALL(sethostname)
    CHM_SYSCALL(setns)
    CHM_SYSCALL(setresgid)
    CHM_SYSCALL(setresuid)
    CHM_SYSCALL(setsid)
    CHM_SYSCALL(signalfd4)
    CHM_SYSCALL(socket)
    CHM_SYSCALL(socketpair)
    CHM_SYSCALL(symlinkat)
    CHM_SYSCALL(syncfs)
    CHM_SYSCALL(umask)
    CHM_SYSCALL(umount2)
    CHM_SYSCALL(unlinkat)
    CHM_SYSCALL(unshare)
    CHM_SYSCALL(utimensat)
    CHM_SYSCALL(waitid)
    CHM_SYSCALL(write)
#undef CHM_SYSCALL
  }
  return nullptr;
}

}  // namespace

std::string SyscallName(long number) {
  const char* const known = KnownName(number);
  return known != nullptr ? known : absl::StrCat("system call ", number);
}

absl::Status CallStatus(raw::Result result, absl::string_view arguments) {
  if (result.ok()) return absl::OkStatus();
  return ErrnoError(result.error(),
                    absl::StrCat(SyscallName(result.number),
                                 arguments.empty() ? "" : " ", arguments));
}

absl::Status CallStatus(raw::Result result, Quoted argument) {
  if (result.ok()) return absl::OkStatus();
  return CallStatus(result, Quote(argument.text));
}

absl::StatusOr<UniqueFd> CallFd(raw::Result result,
                                absl::string_view arguments) {
  if (!result.ok()) return CallStatus(result, arguments);
  return UniqueFd(result.fd());
}

absl::StatusOr<UniqueFd> CallFd(raw::Result result, Quoted argument) {
  if (!result.ok()) return CallStatus(result, argument);
  return UniqueFd(result.fd());
}

}  // namespace chmdocker::sys
