#include "runtime/monitor/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"
#include "runtime/monitor/attach_message.h"
#include "runtime/monitor/attached.h"
#include "runtime/monitor/log_writer.h"
#include "runtime/monitor/settings.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::monitor {
namespace {

constexpr int kFailure = 125;

int FdOf(long number) { return number == 0 ? -1 : static_cast<int>(number); }

using EndText = TextBuffer<32>;

class Monitor {
 public:
  explicit Monitor(const Settings& settings)
      : pid_(settings.pid),
        streams_{{FdOf(settings.output), "stdout", AttachKind::kOutput},
                 {FdOf(settings.error), "stderr", AttachKind::kError}},
        log_(static_cast<int>(settings.directory),
             static_cast<uint64_t>(settings.log_size) * 1024,
             settings.log_files),
        attached_(FdOf(settings.listener), FdOf(settings.client),
                  FdOf(settings.input), settings.terminal != 0) {
    // While somebody has its other end open, a command may close and open its
    // terminal as it likes without an end being seen here. Linux 4.13.
    if (settings.terminal != 0) {
      (void)raw::IoctlInt(streams_[0].fd, TIOCGPTPEER,
                          O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
  }

  // Until the child has ended, and all that it has written is in the log.
  void Run() {
    (void)log_.Open();
    const raw::Result signals =
        raw::SignalFd(raw::SignalSet{1} << (SIGCHLD - 1));
    signals_ = signals.ok() ? signals.fd() : -1;
    Reap();
    while (!ended_) Turn();
    const uint64_t begin = raw::MonotonicNanoseconds();
    for (Stream& stream : streams_) {
      while (Read(stream)) {
        if (raw::MonotonicNanoseconds() - begin > kPatience) attached_.Hurry();
      }
    }
    log_.Flush();
    attached_.End();
  }

  int status() const { return status_; }

 private:
  struct Stream {
    int fd;
    const char* name;
    AttachKind kind;
  };
  static constexpr size_t kOwn = 3;
  // That those who are attached have in all for what is left at the end, in
  // nanoseconds: who waits for it to be on record waits for longer.
  static constexpr uint64_t kPatience = 10'000'000'000;

  void Turn() {
    pollfd attached[Attached::kPollCount];
    attached_.Prepare(attached);
    pollfd fds[kOwn + Attached::kPollCount] = {{signals_, POLLIN, 0},
                                               {streams_[0].fd, POLLIN, 0},
                                               {streams_[1].fd, POLLIN, 0}};
    for (size_t i = 0; i < Attached::kPollCount; ++i) {
      fds[kOwn + i] = attached[i];
    }
    const raw::Result ready = raw::Call(
        SYS_ppoll, fds, kOwn + Attached::kPollCount, nullptr, nullptr, 0);
    if (!ready.ok()) return;
    // A turn each, so that neither keeps the other from being read.
    for (size_t i = 0; i < 2; ++i) {
      if (fds[1 + i].revents != 0) (void)Read(streams_[i]);
    }
    log_.Flush();
    for (size_t i = 0; i < Attached::kPollCount; ++i) {
      attached[i] = fds[kOwn + i];
    }
    attached_.Handle(attached);
    if (fds[0].revents != 0) TakeSignal();
  }

  // False: there is nothing more for now, or for ever.
  bool Read(Stream& stream) {
    if (stream.fd < 0) return false;
    const raw::Result got = raw::Read(stream.fd, piece_, sizeof(piece_));
    if (got.error() == EINTR) return true;
    if (got.error() == EAGAIN) return false;
    if (!got.ok() || got.value == 0) {
      // EIO: a terminal that nobody has open.
      stream.fd = -1;
      return false;
    }
    const size_t size = static_cast<size_t>(got.value);
    log_.Take(stream.name, piece_, size);
    attached_.Show(stream.kind, piece_, size);
    return true;
  }

  void TakeSignal() {
    signalfd_siginfo info;
    (void)raw::Read(signals_, &info, sizeof(info));
    Reap();
  }

  // Other children are what the launch has left: a helper, a process that init
  // was before.
  void Reap() {
    for (;;) {
      int status = 0;
      const raw::Result ended = raw::Wait(-1, &status, WNOHANG);
      if (ended.error() == ECHILD) ended_ = true;  // somebody's debugger
      if (!ended.ok() || ended.value == 0) return;
      if (ended.value != pid_) continue;
      status_ = status;
      ended_ = true;
      return;
    }
  }

  const long pid_;
  int signals_ = -1;
  bool ended_ = false;
  int status_ = -1;
  Stream streams_[2];
  LogWriter log_;
  Attached attached_;
  char piece_[LogWriter::kMostPiece];
};

// `status` as of wait(2); -1: it was not there.
EndText EndOf(int status) {
  EndText text;
  if (status < 0) {
    text.Append("unknown");
    return text;
  }
  text.Append(WIFSIGNALED(status) ? "killed:" : "exited:");
  AppendNumber(text,
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  return text;
}

// A delay before the next start; SIGTERM ends it early.
void Wait(long milliseconds) {
  const timespec time = {milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  const raw::SignalSet end = raw::SignalSet{1} << (SIGTERM - 1);
  (void)raw::Call(SYS_rt_sigtimedwait, &end, nullptr, &time,
                  sizeof(raw::SignalSet));
}

EndText Await(const Settings& settings) {
  if (settings.pid == 0) {
    Wait(settings.delay);
    EndText text;
    text.Append("waited");
    return text;
  }
  Monitor monitor(settings);
  monitor.Run();
  return EndOf(monitor.status());
}

}  // namespace

void Run(const Settings& settings, const char** words) {
  (void)prctl(PR_SET_NAME, "chmdocker-mon");
  (void)raw::SetSignalMask(~raw::SignalSet{0});
  for (size_t i = 2; i < kSettings; ++i) {
    const long number = settings.*kFields[i];
    const bool is_fd = kFields[i] != &Settings::terminal &&
                       kFields[i] != &Settings::log_size &&
                       kFields[i] != &Settings::log_files;
    if (is_fd && number > 0) {
      (void)raw::SetCloseOnExec(static_cast<int>(number), true);
    }
  }
  EndText end = Await(settings);
  end.Append("", 1);
  size_t count = 0;
  while (words[count] != nullptr) ++count;
  words[count - 1] = end.data();
  // Memory may be short for a moment; without this the end is never told.
  constexpr int kTries = 60;
  constexpr uint64_t kSecond = 1'000'000'000;
  for (int i = 0; i < kTries; ++i) {
    (void)raw::ExecveFd(static_cast<int>(settings.program), words,
                        static_cast<const char* const*>(environ));
    (void)raw::Sleep(kSecond);
  }
  raw::Exit(kFailure);
}

}  // namespace chmdocker::monitor
