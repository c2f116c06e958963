// Waits for a container that runs in the foreground.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_SUPERVISOR_H_
#define CHMDOCKER_RUNTIME_LAUNCH_SUPERVISOR_H_

#include <functional>

#include "absl/status/statusor.h"
#include "runtime/launch/launcher.h"

namespace chmdocker::launch {

// What else is looked after meanwhile.
struct Watch {
  // A further descriptor, and what is done when there is something to read from
  // it: true if there is more to come.
  int fd = -1;
  std::function<bool()> on_readable;
  // The container has been sent SIGKILL: one that is frozen has to be thawed
  // for its end. May be unset.
  std::function<void()> on_kill;
};

// Passes signals and the terminal's data on until the container's pid 1 has
// ended, reaps it, and returns its exit code: the command's own, or 128+N when
// signal N ended it.
//
// Pid 1 of a pid namespace never sees a signal whose action is the default one
// (pid_namespaces(7)). What a user expects of Ctrl-C and kill happens all the
// same: a signal that would end any other process ends the container.
//
// `signal_fd` is SignalFd's; `interactive`: standard input goes to the
// terminal, if the container has one.
// `watch`, if it is given, is looked after as well.
absl::StatusOr<int> Supervise(const Launched& launched, int signal_fd,
                              bool interactive, const Watch* watch = nullptr);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_SUPERVISOR_H_
