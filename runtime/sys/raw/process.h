// Processes: identity, signals, execution, time.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_PROCESS_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_PROCESS_H_

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <time.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

inline Result Execve(const char* path, const char* const* argv,
                     const char* const* envp) {
  return Call(SYS_execve, path, argv, envp);
}

// execveat(2) of the file that `fd` is.
inline Result ExecveFd(int fd, const char* const* argv,
                       const char* const* envp) {
  return Call(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
}

inline Result Uname(struct utsname* names) { return Call(SYS_uname, names); }

inline Result Setsid() { return Call(SYS_setsid); }

inline Result Sethostname(const char* name, size_t size) {
  return Call(SYS_sethostname, name, size);
}

inline Result Setdomainname(const char* name, size_t size) {
  return Call(SYS_setdomainname, name, size);
}

// PR_SET_NO_NEW_PRIVS of prctl(2), Linux 3.5.
inline Result SetNoNewPrivileges() {
  return Call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

// PR_SET_PDEATHSIG of prctl(2).
inline Result SetParentDeathSignal(int signal) {
  return Call(SYS_prctl, PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

// PR_SET_DUMPABLE of prctl(2): whether others of the same user may trace the
// process, read its memory and open what it has open. An exec turns it on
// again.
inline Result SetDumpable(bool on) {
  return Call(SYS_prctl, PR_SET_DUMPABLE, on ? 1 : 0, 0, 0, 0);
}

inline constexpr int kSignalCount = 64;

// The kernel's signal set: 64 bits, signal 1 in the lowest. libc's sigset_t is
// longer, and its calls refuse the two signals that it keeps for itself.
using SignalSet = uint64_t;

inline Result SetSignalMask(SignalSet mask) {
  return Call(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof(mask));
}

// rt_sigtimedwait(2) without a time: sleeps until one of `mask`, which are
// blocked, has come, and returns its number.
inline Result AwaitSignals(SignalSet mask, siginfo_t* info) {
  return Call(SYS_rt_sigtimedwait, &mask, info, nullptr, sizeof(mask));
}

// wait4(2): the pid of a child that has ended.
inline Result Wait(long pid, int* status, int options) {
  return Call(SYS_wait4, pid, status, options, nullptr);
}

inline Result Getpid() { return Call(SYS_getpid); }

// A descriptor that signals of `mask` are read from: signalfd(2).
inline Result SignalFd(SignalSet mask) {
  return Call(SYS_signalfd4, -1, &mask, sizeof(mask), O_CLOEXEC | O_NONBLOCK);
}

// `*old` is the mask before; null if it does not matter.
inline Result BlockSignals(SignalSet mask, SignalSet* old) {
  return Call(SYS_rt_sigprocmask, SIG_BLOCK, &mask, old, sizeof(mask));
}

// pidfd_send_signal(2), since Linux 5.1. Signal 0 asks whether there is still a
// process.
inline Result PidfdSendSignal(int pidfd, int signal) {
  return Call(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
}

// The same; where a seccomp filter forbids it,
// kill(2), which hits the same process as long as the caller has not reaped it.
inline Result SendSignalTo(int pidfd, long pid, int signal) {
  const Result sent = PidfdSendSignal(pidfd, signal);
  if (sent.ok() || sent.error() == ESRCH) return sent;
  return Call(SYS_kill, pid, signal);
}

// kill(2).
inline Result Kill(long pid, int signal) { return Call(SYS_kill, pid, signal); }

// Back to SIG_DFL, flags and mask cleared. A zeroed kernel_sigaction is that
// on every architecture; 4 words are the largest of them.
inline Result DefaultSignal(int signal) {
  static constexpr uint64_t kDefault[4] = {};
  return Call(SYS_rt_sigaction, signal, kDefault, nullptr, sizeof(SignalSet));
}

// Nanoseconds of CLOCK_MONOTONIC. By the system call: the vdso's first use
// costs three page faults and the search for its symbol.
inline uint64_t MonotonicNanoseconds() {
  timespec now = {};
  (void)Call(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

// nanosleep(2); a signal may end it early.
inline Result Sleep(uint64_t nanoseconds) {
  const timespec time = {static_cast<time_t>(nanoseconds / 1'000'000'000),
                         static_cast<long>(nanoseconds % 1'000'000'000)};
  return Call(SYS_nanosleep, &time, nullptr);
}

// ppoll(2) of one descriptor for `events`; 0 when `nanoseconds` have passed.
inline Result PollOne(int fd, short events, uint64_t nanoseconds) {
  pollfd polled = {fd, events, 0};
  const timespec time = {static_cast<time_t>(nanoseconds / 1'000'000'000),
                         static_cast<long>(nanoseconds % 1'000'000'000)};
  return Call(SYS_ppoll, &polled, 1, &time, nullptr, 0);
}

[[noreturn]] inline void Exit(int code) {
  for (;;) (void)Call(SYS_exit_group, code);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_PROCESS_H_
