#include "runtime/launch/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/terminal.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

// What shells add to the number of the signal that ended a process.
constexpr int kSignalBase = 128;

class Supervisor {
 public:
  Supervisor(const Launched& launched, int signal_fd, bool interactive,
             const Watch* watch)
      : launched_(launched),
        signal_fd_(signal_fd),
        watch_(watch),
        on_kill_(watch == nullptr ? nullptr : &watch->on_kill),
        // Only the keys of an interactive terminal are passed on unseen.
        raw_fd_(interactive && launched.terminal.valid() ? STDIN_FILENO : -1) {
    if (launched.terminal.valid()) {
      relay_.emplace(launched.terminal.get(), interactive);
      // While somebody has the other end open, the command may close and open
      // it as it likes without the relay seeing an end. Linux 4.13.
      peer_.reset(ioctl(launched.terminal.get(), TIOCGPTPEER,
                        O_RDWR | O_NOCTTY | O_CLOEXEC));
    }
  }

  absl::StatusOr<int> Run() {
    EnterRawMode();
    // It may have ended already, and its SIGCHLD been one with that of a hook,
    // which somebody has read.
    CHM_RETURN_IF_ERROR(Reap());
    while (!exit_code_) CHM_RETURN_IF_ERROR(Turn());
    // The container is gone; what it wrote last may still be on its way.
    raw_mode_.Leave();
    peer_.reset();
    while (relay_ && !relay_->Drained() && !abandoned_) {
      CHM_RETURN_IF_ERROR(Turn());
    }
    return *exit_code_;
  }

 private:
  // Sleeps until something happens, and deals with it.
  absl::Status Turn() {
    pollfd fds[2 + TerminalRelay::kPollCount] = {
        {signal_fd_, POLLIN, 0},
        {watch_ == nullptr ? -1 : watch_->fd, POLLIN, 0}};
    nfds_t count = 2;
    if (relay_) {
      relay_->Prepare(fds + 2);
      count += TerminalRelay::kPollCount;
    }
    // Who else has the terminal open, outside the container, is not waited for;
    // a slow reader of the output is, unless the caller wanted an end.
    const timespec quiet = {0, 100'000'000};
    const bool all_taken = !relay_ || !relay_->HasOutput();
    const bool last = exit_code_ && (ended_by_ || all_taken);
    const timespec at_once = {};
    const raw::Result ready = raw::Call(
        SYS_ppoll, fds, count,
        continued_ ? &at_once : (last ? &quiet : nullptr), nullptr, 0);
    if (ready.error() == EINTR) return absl::OkStatus();
    CHM_RETURN_IF_ERROR(sys::CallStatus(ready));
    if (ready.value == 0 && !continued_) abandoned_ = true;
    if (fds[0].revents != 0) {
      CHM_RETURN_IF_ERROR(TakeSignal());
    } else if (continued_) {
      Resume();
    }
    if (fds[1].revents != 0 && !watch_->on_readable()) watch_ = nullptr;
    if (relay_) HandleTerminal(relay_->Handle(fds + 2));
    return absl::OkStatus();
  }

  absl::Status TakeSignal() {
    signalfd_siginfo info;
    const raw::Result got = raw::Read(signal_fd_, &info, sizeof(info));
    if (!got.ok()) return absl::OkStatus();
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) return Reap();
    if (exit_code_) {
      // Nothing to pass it on to: the caller is tired of waiting for whoever
      // should read the last output.
      abandoned_ = EndsByDefault(signal);
    } else if (signal == SIGWINCH && relay_) {
      CopyWindowSize(launched_.terminal.get());
    } else if (signal == SIGTSTP) {
      Suspend();
    } else if (signal == SIGCONT) {
      continued_ = true;
    } else if (!relay_ && info.ssi_code == SI_KERNEL && !launched_.passes_on) {
      // A key of the caller's terminal. It reaches all of a job; the command's
      // session is not the terminal's, so it has to be passed on to all.
      const bool ends = WouldEnd(signal);
      (void)kill(-launched_.pid, signal);
      if (ends) End(signal);
    } else {
      Forward(signal);
    }
    return absl::OkStatus();
  }

  absl::Status Reap() {
    if (exit_code_) return absl::OkStatus();
    siginfo_t info = {};
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Call(
        SYS_waitid, P_PID, launched_.pid, &info, WEXITED | WNOHANG, nullptr)));
    if (info.si_pid == 0) return absl::OkStatus();
    const bool killed = info.si_code == CLD_KILLED && info.si_status == SIGKILL;
    if (ended_by_ && killed) {
      exit_code_ = kSignalBase + *ended_by_;
    } else if (info.si_code == CLD_EXITED) {
      exit_code_ = info.si_status;
    } else {
      exit_code_ = kSignalBase + info.si_status;
    }
    return absl::OkStatus();
  }

  bool HasDefaultAction(int signal) const {
    const std::optional<SignalDispositions> dispositions =
        ReadSignalDispositions(launched_.pidfd.get());
    return dispositions && dispositions->IsDefault(signal);
  }

  // The kernel keeps such a signal from a pid 1; any other process would end.
  // chmdocker-init waits for it, though it does not look so: while it sleeps in
  // sigtimedwait(2) the kernel does not count signals as blocked.
  // Asked before the signal is sent: a handler may reset itself.
  bool WouldEnd(int signal) const {
    return launched_.is_pid_1 && !launched_.passes_on &&
           EndsByDefault(signal) && HasDefaultAction(signal);
  }

  // ESRCH: it has ended, and SIGCHLD is on its way.
  void Send(int signal) {
    (void)raw::SendSignalTo(launched_.pidfd.get(), launched_.pid, signal);
  }

  void Forward(int signal) {
    if (WouldEnd(signal)) {
      End(signal);
    } else {
      Send(signal);
    }
  }

  void End(int signal) {
    if (!ended_by_) ended_by_ = signal;
    Send(SIGKILL);
    if (on_kill_ != nullptr && *on_kill_) (*on_kill_)();
  }

  // What a key does to the command if it is in the foreground and leaves the
  // signal at its default. Only keys of a person: bytes of a file are data.
  void HandleKey(int signal) {
    if (!raw_mode_.Entered() || !CommandIsInForeground()) return;
    if (signal == SIGTSTP) {
      Suspend();
    } else if (WouldEnd(signal)) {
      End(signal);
    }
  }

  void HandleTerminal(TerminalRelay::Event event) {
    switch (event) {
      case TerminalRelay::Event::kNone:
        return;
      case TerminalRelay::Event::kInterrupt:
        HandleKey(SIGINT);
        return;
      case TerminalRelay::Event::kQuit:
        HandleKey(SIGQUIT);
        return;
      case TerminalRelay::Event::kSuspend:
        HandleKey(SIGTSTP);
        return;
      case TerminalRelay::Event::kHangUp:
        Forward(SIGHUP);
        return;
      case TerminalRelay::Event::kNoReader:
        // As for any writer into a closed pipe.
        abandoned_ = true;
        if (!exit_code_) End(SIGPIPE);
        return;
    }
  }

  // Whether keys reach pid 1's own process group; else a shell in the
  // container has given the terminal to one of its jobs.
  bool CommandIsInForeground() const {
    pid_t foreground = 0;
    return ioctl(launched_.terminal.get(), TIOCGPGRP, &foreground) == 0 &&
           foreground == launched_.pid;
  }

  // Stops the command and then chmdocker's own job, so that the caller's shell
  // has the terminal again; goes on when the shell continues the job.
  void Suspend() {
    if (!HasDefaultAction(SIGTSTP)) {
      if (!relay_) Send(SIGTSTP);
      return;
    }
    // SIGSTOP, because a session without a parent in it ignores SIGTSTP.
    (void)kill(-launched_.pid, SIGSTOP);
    raw_mode_.Leave();
    // To all of the job: a script that started chmdocker must stop as well.
    (void)kill(relay_ ? 0 : getpid(), SIGTSTP);
    sigset_t suspend, old;
    sigemptyset(&suspend);
    sigaddset(&suspend, SIGTSTP);
    (void)sigprocmask(SIG_UNBLOCK, &suspend, &old);
    (void)sigprocmask(SIG_SETMASK, &old, nullptr);
    continued_ = true;
  }

  // Behind the signals that came before: a shell's `kill` of a stopped job
  // continues it so that it can end, and in the background, where to touch the
  // terminal would stop it again.
  void Resume() {
    continued_ = false;
    if (ended_by_ || exit_code_) return;
    // Before this process may stop again: it may have a signal to handle.
    (void)kill(-launched_.pid, SIGCONT);
    EnterRawMode();
    if (relay_) CopyWindowSize(launched_.terminal.get());
  }

  void EnterRawMode() {
    if (raw_fd_ >= 0) raw_mode_.Enter(raw_fd_);
  }

  const Launched& launched_;
  const int signal_fd_;
  const Watch* watch_;  // null: nothing, or nothing more to read
  const std::function<void()>* on_kill_;
  const int raw_fd_;
  RawMode raw_mode_;
  UniqueFd peer_;  // of the container's terminal
  std::optional<TerminalRelay> relay_;
  std::optional<int> ended_by_;  // a signal that End stands in for
  std::optional<int> exit_code_;
  bool continued_ = false;  // after a stop; Resume is to come
  bool abandoned_ = false;
};

}  // namespace

absl::StatusOr<int> Supervise(const Launched& launched, int signal_fd,
                              bool interactive, const Watch* watch) {
  return Supervisor(launched, signal_fd, interactive, watch).Run();
}

}  // namespace chmdocker::launch
