// The caller's terminal and the container's.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_TERMINAL_H_
#define CHMDOCKER_RUNTIME_LAUNCH_TERMINAL_H_

#include <poll.h>
#include <termios.h>

#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "runtime/spec/process.h"

namespace chmdocker::launch {

// Gives the container's terminal the size and the settings of the caller's.
// Where the caller has none, what would only serve a person is off: input from
// a file or pipe is not echoed, output into one has no carriage returns.
absl::Status ConfigureTerminal(int master);

// Copies the size of the caller's terminal, if there is one.
void CopyWindowSize(int master);

// Gives it the size that process.consoleSize asks for.
void SetWindowSize(int master, const spec::ConsoleSize& size);

// The caller's terminal, passing every key on unseen, until Leave or the end.
class RawMode {
 public:
  RawMode() = default;
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  ~RawMode() { Leave(); }

  // Does nothing when `fd` is no terminal.
  void Enter(int fd);
  void Leave();
  bool Entered() const { return fd_ >= 0; }

 private:
  int fd_ = -1;  // in raw mode, or -1
  termios saved_ = {};
};

// Moves bytes between the caller's standard input and output and the master
// of the container's terminal. Holds at most one buffer each way: a reader
// that stops reading stops the writer, and nothing is busy. What a terminal
// can't take is lost, as on any: input lines over 4,095 bytes (termios(3)).
class TerminalRelay {
 public:
  // `interactive`: standard input is passed on.
  TerminalRelay(int master, bool interactive);

  // Descriptors to poll for, as many as Handle expects.
  static constexpr size_t kPollCount = 4;
  void Prepare(pollfd* fds) const;

  enum class Event {
    kNone,
    kInterrupt,  // a key for which the terminal sends SIGINT comes next
    kQuit,       // the same for SIGQUIT
    kSuspend,    // the same for SIGTSTP
    kHangUp,     // the caller's terminal is gone
    kNoReader,   // nobody reads standard output any more
  };
  // Moves what can be moved. `fds` as filled by ppoll.
  Event Handle(const pollfd* fds);

  // There is output that nobody has taken yet.
  bool HasOutput() const { return !output_.empty(); }

  // All that the container wrote has been read, once it has ended.
  bool Drained() const { return output_closed_ && output_.empty(); }

 private:
  struct Buffer {
    std::array<char, 4096> data;
    size_t begin = 0;
    size_t end = 0;
    bool empty() const { return begin == end; }
  };

  Event ReadInput();
  void WriteInput();
  void ReadOutput();
  Event WriteOutput();
  void EndInput();
  Event SpecialKey(const char* data, size_t size) const;

  int master_;
  bool input_open_;
  bool input_is_terminal_;
  bool output_closed_ = false;
  char last_input_ = '\n';
  Buffer input_;
  Buffer output_;
};

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_TERMINAL_H_
