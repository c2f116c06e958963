#include "runtime/exec/reaper_setup.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::exec {
namespace {

constexpr raw::SignalSet SetOf(int signal) {
  return raw::SignalSet{1} << (signal - 1);
}

// To these the kernel keeps a pid 1 deaf, and chmdocker, which sees that they
// are at their default, stops the whole session instead.
constexpr raw::SignalSet kStops =
    SetOf(SIGTSTP) | SetOf(SIGTTIN) | SetOf(SIGTTOU);

// What shells add to the number of the signal that ended a process.
constexpr int kSignalBase = 128;

int ExitCode(int status) {
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status)
                             : WEXITSTATUS(status);
}

// Reaps all that have ended. When the command has, that is the container's end:
// the kernel kills what is left with its pid 1.
void Reap(long command) {
  for (;;) {
    int status = 0;
    const raw::Result ended = raw::Wait(-1, &status, WNOHANG);
    if (!ended.ok() || ended.value == 0) return;
    if (ended.value == command) raw::Exit(ExitCode(status));
  }
}

// To the command; what a key does, to all of its process group, which is this
// process's, too.
void PassOn(const siginfo_t& info, long command, long self) {
  // The terminal has told the group already.
  if (info.si_code == SI_KERNEL || info.si_pid == self) return;
  const bool is_key = info.si_signo == SIGINT || info.si_signo == SIGQUIT;
  (void)raw::Kill(is_key ? 0 : command, info.si_signo);
}

// What pid 1 closes when it is as the command shall find it: without the
// channel, which is in /proc/1/fd otherwise, and dumpable. A filter may forbid
// to make one, which is no reason not to start.
class ReadyPipe {
 public:
  ReadyPipe() { (void)raw::Pipe(ends_); }

  // Either side closes what it has of it.
  void TellReady() {
    Close(ends_[0]);
    Close(ends_[1]);
  }
  void AwaitReady() {
    Close(ends_[1]);
    char byte;
    if (ends_[0] >= 0) (void)raw::Read(ends_[0], &byte, sizeof(byte));
    Close(ends_[0]);
  }

 private:
  static void Close(int end) {
    if (end >= 0) (void)raw::Close(end);
  }

  int ends_[2] = {-1, -1};
};

[[noreturn]] void Stay(long command) {
  const long self = raw::Getpid().value;
  for (;;) {
    siginfo_t info;
    const raw::Result signal = raw::AwaitSignals(~kStops, &info);
    // Not EINTR alone: SIGCHLD must not get lost.
    if (!signal.ok() || signal.value == SIGCHLD) {
      Reap(command);
    } else {
      PassOn(info, command, self);
    }
  }
}

}  // namespace

raw::Result Run(const step::StayAsInit<const char*>&, int channel) {
  const raw::Result blocked = raw::SetSignalMask(~kStops);
  if (!blocked.ok()) return blocked;
  ReadyPipe ready;
  const raw::Result forked = raw::Fork();
  if (!forked.ok()) return forked;
  if (forked.value == 0) {
    ready.AwaitReady();
    return raw::SetSignalMask(0);
  }
  // The channel's end tells the parent that the command runs.
  (void)raw::Close(channel);
  // As an exec would have it: programs write to /proc/1/fd/1. It has nothing
  // that the command has not.
  (void)raw::SetDumpable(true);
  ready.TellReady();
  Stay(forked.value);
}

}  // namespace chmdocker::exec
