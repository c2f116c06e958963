// Carries a plan out: parent's side.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_
#define CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::launch {

// A container whose command runs.
struct Launched {
  pid_t pid = -1;     // of its pid 1, as the caller sees it
  UniqueFd pidfd;     // the same, safe against reuse
  UniqueFd terminal;  // the master side, if the plan opens a terminal
};

// A step that ended. `error` is the errno that was passed over, or 0. The two
// steps that replace their program have no time: it has nobody to tell.
struct StepOutcome {
  size_t index = 0;
  int error = 0;
  std::optional<uint32_t> microseconds;
};

struct LaunchHooks {
  // chmdocker-init runs in the new namespaces.
  std::function<void()> on_init_started;
  // Called for each finished step, if set; makes the set-up a little slower.
  std::function<void(const StepOutcome&)> on_step;
  // The master of the container's terminal has arrived; the command waits.
  std::function<absl::Status(int master)> on_terminal;
  // A signalfd whose signals interrupt the set-up, or -1.
  int interrupt_fd = -1;
};

// Starts a process and sets it up as `plan` says; returns when it has become
// the command. On failure nothing of it is left, and the status names the step
// (failure.h): `step 5/12 mount proc on "/proc": mount: EPERM (operation not
// permitted)`.
//
// Signals must be blocked in the caller (SignalFd does that), and the caller
// must have one thread: the child runs in its memory until it execs.
absl::StatusOr<Launched> Launch(const step::SetupPlan& plan,
                                const LaunchHooks& hooks);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_
