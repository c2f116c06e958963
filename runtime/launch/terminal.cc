#include "runtime/launch/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstddef>

#include "absl/status/status.h"
#include "runtime/base/status.h"
#include "runtime/spec/process.h"

namespace chmdocker::launch {
namespace {

bool IsRetry(ssize_t result) {
  return result < 0 && (errno == EAGAIN || errno == EINTR);
}

int SetAttributes(int fd, const termios& settings) {
  int result;
  // EINTR: continued after the stop that terminal access from the background
  // earns.
  do {
    result = tcsetattr(fd, TCSADRAIN, &settings);
  } while (result != 0 && errno == EINTR);
  return result;
}

}  // namespace

absl::Status ConfigureTerminal(int master) {
  termios settings;
  if (tcgetattr(master, &settings) != 0) {
    return ErrnoError(errno, "tcgetattr of the container's terminal");
  }
  termios callers;
  if (tcgetattr(STDIN_FILENO, &callers) == 0) {
    settings = callers;
  } else {
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  }
  if (isatty(STDOUT_FILENO) == 0) {
    settings.c_oflag &= ~static_cast<tcflag_t>(ONLCR);
  }
  if (SetAttributes(master, settings) != 0) {
    return ErrnoError(errno, "tcsetattr of the container's terminal");
  }
  CopyWindowSize(master);
  // The relay must never wait for the container.
  if (fcntl(master, F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoError(errno, "fcntl F_SETFL of the container's terminal");
  }
  return absl::OkStatus();
}

void CopyWindowSize(int master) {
  winsize size;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) continue;
    (void)ioctl(master, TIOCSWINSZ, &size);
    return;
  }
}

void SetWindowSize(int master, const spec::ConsoleSize& size) {
  winsize window = {};
  window.ws_row = size.height;
  window.ws_col = size.width;
  (void)ioctl(master, TIOCSWINSZ, &window);
}

void RawMode::Enter(int fd) {
  if (fd_ >= 0 || tcgetattr(fd, &saved_) != 0) return;
  termios raw = saved_;
  cfmakeraw(&raw);
  if (SetAttributes(fd, raw) == 0) fd_ = fd;
}

void RawMode::Leave() {
  if (fd_ < 0) return;
  (void)SetAttributes(fd_, saved_);
  fd_ = -1;
}

TerminalRelay::TerminalRelay(int master, bool interactive)
    : master_(master),
      input_open_(interactive),
      input_is_terminal_(isatty(STDIN_FILENO) == 1) {}

void TerminalRelay::Prepare(pollfd* fds) const {
  const auto want = [](int fd, bool wanted, short events) {
    return pollfd{wanted ? fd : -1, events, 0};
  };
  fds[0] = want(STDIN_FILENO, input_open_ && input_.empty(), POLLIN);
  fds[1] = want(master_, !input_.empty(), POLLOUT);
  fds[2] = want(master_, !output_closed_ && output_.empty(), POLLIN);
  fds[3] = want(STDOUT_FILENO, !output_.empty(), POLLOUT);
}

TerminalRelay::Event TerminalRelay::Handle(const pollfd* fds) {
  if (fds[2].revents != 0) ReadOutput();
  // Only when it will not block: signals must be heard.
  if (fds[3].revents != 0) {
    if (const Event event = WriteOutput(); event != Event::kNone) return event;
  }
  if (fds[0].revents != 0) {
    if (const Event event = ReadInput(); event != Event::kNone) return event;
  }
  if (fds[1].revents != 0) WriteInput();
  return Event::kNone;
}

TerminalRelay::Event TerminalRelay::ReadInput() {
  const ssize_t got =
      read(STDIN_FILENO, input_.data.data(), input_.data.size() - 2);
  if (IsRetry(got)) return Event::kNone;
  if (got > 0) {
    input_.begin = 0;
    input_.end = static_cast<size_t>(got);
    last_input_ = input_.data[input_.end - 1];
    return SpecialKey(input_.data.data(), input_.end);
  }
  input_open_ = false;
  if (input_is_terminal_) return Event::kHangUp;
  EndInput();
  return Event::kNone;
}

// The end of a file becomes the key that says so. In the middle of a line it
// only hands that line over, so there it is pressed twice.
void TerminalRelay::EndInput() {
  termios settings;
  if (tcgetattr(master_, &settings) != 0) return;
  const char end_of_file = static_cast<char>(settings.c_cc[VEOF]);
  input_.begin = 0;
  input_.end = 0;
  input_.data[input_.end++] = end_of_file;
  if (last_input_ != '\n') input_.data[input_.end++] = end_of_file;
}

void TerminalRelay::WriteInput() {
  const ssize_t put = write(master_, input_.data.data() + input_.begin,
                            input_.end - input_.begin);
  if (IsRetry(put)) return;
  // On an error nobody has the terminal open; what was typed has no reader.
  input_.begin = put < 0 ? input_.end : input_.begin + static_cast<size_t>(put);
}

void TerminalRelay::ReadOutput() {
  const ssize_t got = read(master_, output_.data.data(), output_.data.size());
  if (IsRetry(got)) return;
  output_.begin = 0;
  output_.end = got > 0 ? static_cast<size_t>(got) : 0;
  // EIO: every process of the container has closed it.
  output_closed_ = got <= 0;
}

TerminalRelay::Event TerminalRelay::WriteOutput() {
  const ssize_t put = write(STDOUT_FILENO, output_.data.data() + output_.begin,
                            output_.end - output_.begin);
  if (IsRetry(put)) return Event::kNone;
  if (put < 0) {
    output_.begin = output_.end;
    return Event::kNoReader;
  }
  output_.begin += static_cast<size_t>(put);
  return Event::kNone;
}

TerminalRelay::Event TerminalRelay::SpecialKey(const char* data,
                                               size_t size) const {
  termios settings;
  if (tcgetattr(master_, &settings) != 0 || (settings.c_lflag & ISIG) == 0) {
    return Event::kNone;
  }
  for (size_t i = 0; i < size; ++i) {
    const cc_t key = static_cast<cc_t>(data[i]);
    if (key == 0) continue;  // _POSIX_VDISABLE
    if (key == settings.c_cc[VINTR]) return Event::kInterrupt;
    if (key == settings.c_cc[VQUIT]) return Event::kQuit;
    if (key == settings.c_cc[VSUSP]) return Event::kSuspend;
  }
  return Event::kNone;
}

}  // namespace chmdocker::launch
