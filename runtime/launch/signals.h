// The caller's signals, and what the container does about its own.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_SIGNALS_H_
#define CHMDOCKER_RUNTIME_LAUNCH_SIGNALS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {

// Blocks the signals that are to be read from a descriptor instead: all but
// those that a fault raises, those of background terminal access (which stop
// chmdocker as they stop any job), SIGPIPE and SIGXFSZ, which are ignored (the
// write that earns them fails, and is told), and what the
// caller ignores of those that end a job: nohup and `&` in scripts mean it.
// Gives the mask back at the end. What has not been read by then was for the
// container, and must not end this process, whose exit code is the container's.
class SignalFd {
 public:
  static absl::StatusOr<SignalFd> Create();
  SignalFd(SignalFd&&) = default;
  SignalFd& operator=(SignalFd&&) = delete;
  ~SignalFd();

  int fd() const { return fd_.get(); }

 private:
  SignalFd(UniqueFd fd, raw::SignalSet old)
      : fd_(std::move(fd)), old_mask_(old) {}

  UniqueFd fd_;
  raw::SignalSet old_mask_;
};

// What a process does about signals: proc_pid_status(5), SigBlk, SigIgn,
// SigCgt. Bit n-1 is signal n.
struct SignalDispositions {
  uint64_t blocked = 0;
  uint64_t ignored = 0;
  uint64_t caught = 0;

  // The signal would have its default action.
  bool IsDefault(int signal) const {
    const uint64_t bit = uint64_t{1} << (signal - 1);
    return ((blocked | ignored | caught) & bit) == 0;
  }
};

// Of a process that lives; nothing for a zombie, and when /proc does not tell.
// By pidfd: /proc may be that of another pid namespace, where the process has
// another number.
std::optional<SignalDispositions> ReadSignalDispositions(int pidfd);

// The same from the text of /proc/PID/status.
std::optional<SignalDispositions> SignalDispositionsFrom(
    absl::string_view status);

// Whether the default action of `signal` is to end the process: signal(7).
bool EndsByDefault(int signal);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_SIGNALS_H_
