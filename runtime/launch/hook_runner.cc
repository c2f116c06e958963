#include "runtime/launch/hook_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/hook_child.h"
#include "runtime/launch/join.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/spec/hooks.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

// Linux 6.3; not in the headers of Debian 12.
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace chmdocker::launch {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

// How much of a failed hook's output is shown: its end.
constexpr size_t kShownOutput = 4096;

// The state as a file that the hook can only read: it is never too large, and
// a hook that does not read it is no matter.
absl::StatusOr<UniqueFd> StateFile(absl::string_view state) {
  constexpr char kName[] = "container-state";
  raw::Result created =
      raw::MemfdCreate(kName, MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  // Before Linux 6.3 the flag is unknown.
  if (created.error() == EINVAL) {
    created = raw::MemfdCreate(kName, MFD_ALLOW_SEALING);
  }
  CHM_ASSIGN_OR_RETURN(UniqueFd file, sys::CallFd(created, sys::Quoted(kName)));
  for (size_t at = 0; at < state.size();) {
    const raw::Result wrote =
        raw::Pwrite(file.get(), state.data() + at, state.size() - at,
                    static_cast<off_t>(at));
    CHM_RETURN_IF_ERROR(sys::CallStatus(wrote, sys::Quoted(kName)));
    at += static_cast<size_t>(wrote.value);
  }
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::AddSeals(file.get(),
                    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
      "F_ADD_SEALS"));
  return file;
}

// Memory that a forked child shares.
class SharedReport {
 public:
  SharedReport()
      : at_(mmap(nullptr, sizeof(HookReport), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (at_ != MAP_FAILED) *get() = HookReport();
  }
  SharedReport(const SharedReport&) = delete;
  SharedReport& operator=(const SharedReport&) = delete;
  ~SharedReport() {
    if (at_ != MAP_FAILED) munmap(at_, sizeof(HookReport));
  }
  bool valid() const { return at_ != MAP_FAILED; }
  HookReport* get() const { return static_cast<HookReport*>(at_); }

 private:
  void* const at_;
};

std::vector<const char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

class HookRun {
 public:
  // `label` begins the errors: `error running createRuntime hook #0: "/bin/x"`.
  HookRun(std::string label, const spec::Hook& hook, const HookPlace& place)
      : label_(std::move(label)), hook_(hook), place_(place) {}

  absl::Status Run(absl::string_view state) {
    if (hook_.timeout_seconds) {
      deadline_ = raw::MonotonicNanoseconds() +
                  *hook_.timeout_seconds * kNanosecondsPerSecond;
    }
    const absl::Status started = Start(state);
    if (!started.ok()) {
      End();
      return Failed(started);
    }
    const absl::Status status = Watch();
    // The hook is gone; so is what it was interrupted by, but not the rest.
    for (const int signal : signals_) (void)kill(getpid(), signal);
    return status;
  }

 private:
  absl::Status Failed(const absl::Status& status) const {
    return absl::Status(status.code(),
                        absl::StrCat(label_, ": ", status.message()));
  }

  // Returns when the hook's process is known.
  absl::Status Start(absl::string_view state) {
    if (!report_.valid()) return ErrnoError(errno, "mmap");
    CHM_ASSIGN_OR_RETURN(const UniqueFd input, StateFile(state));
    CHM_ASSIGN_OR_RETURN(const UniqueFd output, OpenOutput());
    return place_.launch ? Launch(input.get(), output.get())
                         : Fork(input.get(), output.get());
  }

  absl::Status Launch(int input, int output) {
    CHM_ASSIGN_OR_RETURN(Launched launched,
                         place_.launch(hook_, input, output));
    pid_ = launched.pid;
    pidfd_ = std::move(launched.pidfd);
    return absl::OkStatus();
  }

  absl::Status Fork(int input, int output) {
    UniqueFd program;
    JoinTarget target;
    HookChild child;
    if (place_.namespaces != HookNamespaces::kRuntime) {
      CHM_ASSIGN_OR_RETURN(target, OpenJoinTarget(place_.pid, place_.pidfd));
      child.target = &target;
    }
    if (place_.namespaces == HookNamespaces::kContainerHostPath) {
      CHM_ASSIGN_OR_RETURN(program, sys::CallFd(raw::OpenAt(
                                        AT_FDCWD, hook_.path.c_str(), O_PATH)));
    }
    const std::vector<const char*> argv =
        hook_.args.empty()
            ? std::vector<const char*>{hook_.path.c_str(), nullptr}
            : Pointers(hook_.args);
    const std::vector<const char*> environment = Pointers(hook_.env);
    child.argv = argv.data();
    child.environment = environment.data();
    child.state = input;
    child.output = output;
    child.program = program.get();
    Fill(child);
    const raw::Result forked = raw::Fork();
    if (forked.value == 0) RunHookChild(child);
    CHM_RETURN_IF_ERROR(sys::CallStatus(forked));
    return Find(static_cast<pid_t>(forked.value), child.target != nullptr);
  }

  void Fill(HookChild& child) const {
    child.path = hook_.path.c_str();
    child.directory = place_.directory.c_str();
    child.report = report_.get();
  }

  // The hook is the forked child, or, when that one joined namespaces, what it
  // has told.
  absl::Status Find(pid_t child, bool joined) {
    pid_ = child;
    if (joined) {
      const siginfo_t ended = Reap(child);
      pid_ = static_cast<pid_t>(report_.get()->pid);
      if (report_.get()->failed) return StartFailure();
      if (pid_ <= 0) return Ended(ended);
    }
    CHM_ASSIGN_OR_RETURN(pidfd_, sys::CallFd(raw::PidfdOpen(pid_)));
    return absl::OkStatus();
  }

  absl::Status StartFailure() const {
    return sys::CallStatus(report_.get()->failure);
  }

  absl::StatusOr<UniqueFd> OpenOutput() {
    int ends[2] = {-1, -1};
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Pipe(ends)));
    output_.reset(ends[0]);
    UniqueFd write_end(ends[1]);
    // Of this end only: the hook may expect its output to block.
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::Call(SYS_fcntl, output_.get(), F_SETFL, O_NONBLOCK)));
    return write_end;
  }

  // Sleeps until the hook has ended, its time is over, or the caller is
  // interrupted.
  absl::Status Watch() {
    for (;;) {
      pollfd fds[] = {{pidfd_.get(), POLLIN, 0},
                      {output_.get(), POLLIN, 0},
                      {place_.interrupt_fd, POLLIN, 0}};
      timespec left = {};
      const raw::Result ready =
          raw::Call(SYS_ppoll, fds, 3, TimeLeft(&left), nullptr, 0);
      if (ready.error() == EINTR) continue;
      if (!ready.ok()) {
        End();
        return Failed(sys::CallStatus(ready));
      }
      if (fds[1].revents != 0) ReadOutput();
      if (fds[0].revents != 0) return Finish();
      if (fds[2].revents != 0) {
        if (const int signal = TakeSignal(); signal != 0) {
          End();
          return Interrupted(signal);
        }
      }
      if (deadline_ && raw::MonotonicNanoseconds() >= *deadline_) {
        End();
        return TimedOut();
      }
    }
  }

  // Null: no limit.
  const timespec* TimeLeft(timespec* left) const {
    if (!deadline_) return nullptr;
    const uint64_t now = raw::MonotonicNanoseconds();
    const uint64_t nanoseconds = now < *deadline_ ? *deadline_ - now : 0;
    left->tv_sec = static_cast<time_t>(nanoseconds / kNanosecondsPerSecond);
    left->tv_nsec = static_cast<long>(nanoseconds % kNanosecondsPerSecond);
    return left;
  }

  // A signal that ends the hook, or 0. The others are kept for whoever reads
  // the signalfd next: a SIGCHLD may be about the container.
  int TakeSignal() {
    signalfd_siginfo info;
    if (!raw::Read(place_.interrupt_fd, &info, sizeof(info)).ok()) return 0;
    const int signal = static_cast<int>(info.ssi_signo);
    if (EndsByDefault(signal)) return signal;
    signals_.push_back(signal);
    return 0;
  }

  // What there is now. Who holds the other end open, as a daemon that the hook
  // has started does, is not waited for.
  void ReadOutput() {
    constexpr int kMostChunks = 64;
    char chunk[4096];
    for (int i = 0; i < kMostChunks; ++i) {
      const raw::Result got = raw::Read(output_.get(), chunk, sizeof(chunk));
      if (got.value == 0) output_.reset();
      if (got.value <= 0) return;
      shown_.append(chunk, static_cast<size_t>(got.value));
      if (shown_.size() > kShownOutput) {
        shown_.erase(0, shown_.size() - kShownOutput);
      }
    }
  }

  absl::Status Finish() {
    const siginfo_t ended = Reap(pid_);
    if (output_.valid()) ReadOutput();
    if (report_.get()->failed) return Failed(StartFailure());
    const absl::Status status = Ended(ended);
    return status.ok() ? status : Failed(status);
  }

  absl::Status Ended(const siginfo_t& ended) const {
    if (ended.si_code == CLD_EXITED && ended.si_status == 0) {
      return absl::OkStatus();
    }
    return absl::AbortedError(
        ended.si_code == CLD_EXITED
            ? absl::StrCat("exit status ", ended.si_status, WithOutput())
            : absl::StrCat("killed by signal ", ended.si_status, " (",
                           strsignal(ended.si_status), ")", WithOutput()));
  }

  absl::Status TimedOut() const {
    return absl::DeadlineExceededError(
        absl::StrCat(label_, " timed out after ",
                     hook_.timeout_seconds.value_or(0), " s", WithOutput()));
  }

  std::string WithOutput() const {
    const std::string output =
        Printable(absl::StripTrailingAsciiWhitespace(shown_));
    return output.empty() ? "" : absl::StrCat(": ", output);
  }

  // Kills the hook and what it has started, and reaps it.
  void End() {
    if (pid_ <= 0) return;
    // The session, whose process group has its number, and the hook itself,
    // which may not have come to setsid(2) yet.
    (void)kill(-pid_, SIGKILL);
    (void)kill(pid_, SIGKILL);
    if (output_.valid()) ReadOutput();
    (void)Reap(pid_);
    pid_ = 0;
  }

  static siginfo_t Reap(pid_t pid) {
    siginfo_t info = {};
    while (raw::Call(SYS_waitid, P_PID, pid, &info, WEXITED, nullptr).error() ==
           EINTR) {
    }
    return info;
  }

  const std::string label_;
  const spec::Hook& hook_;
  const HookPlace& place_;
  const SharedReport report_;
  std::optional<uint64_t> deadline_;  // CLOCK_MONOTONIC, nanoseconds
  pid_t pid_ = 0;
  UniqueFd pidfd_;
  UniqueFd output_;           // read end; closed when the hook has closed its
  std::string shown_;         // the end of the output
  std::vector<int> signals_;  // taken from interrupt_fd, to be sent again
};

absl::Status RunHook(absl::string_view kind, size_t index,
                     const spec::Hook& hook, absl::string_view state_json,
                     const HookPlace& place) {
  return HookRun(absl::StrCat("error running ", kind, " hook #", index, ": ",
                              Quote(hook.path)),
                 hook, place)
      .Run(state_json);
}

}  // namespace

absl::Status RunHooks(absl::string_view kind,
                      const std::vector<spec::Hook>& hooks,
                      absl::string_view state_json, const HookPlace& place) {
  for (size_t i = 0; i < hooks.size(); ++i) {
    CHM_RETURN_IF_ERROR(RunHook(kind, i, hooks[i], state_json, place));
  }
  return absl::OkStatus();
}

absl::Status RunAllHooks(absl::string_view kind,
                         const std::vector<spec::Hook>& hooks,
                         absl::string_view state_json, const HookPlace& place) {
  std::vector<std::string> failures;
  for (size_t i = 0; i < hooks.size(); ++i) {
    const absl::Status status = RunHook(kind, i, hooks[i], state_json, place);
    if (!status.ok()) failures.emplace_back(status.message());
  }
  return failures.empty() ? absl::OkStatus()
                          : absl::AbortedError(absl::StrJoin(failures, "; "));
}

}  // namespace chmdocker::launch
