// Carries a plan out: parent's side.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_
#define CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::launch {

// A container whose command runs, or waits for its start.
struct Launched {
  pid_t pid = -1;     // of its first process, as the caller sees it
  UniqueFd pidfd;     // the same, safe against reuse
  UniqueFd terminal;  // the master side, if the plan opens a terminal
  // It is pid 1 of a pid namespace: the kernel keeps signals from it.
  bool is_pid_1 = true;
  // It is chmdocker-init, which passes signals on: StayAsInit.
  bool passes_on = false;
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
  // A step was done in the weaker of its ways, and what that means.
  std::function<void(absl::string_view)> on_weaker;
  // The master of the container's terminal has arrived; the command waits.
  std::function<absl::Status(int master)> on_terminal;
  // The new process is there; it has not entered its cgroups, and has no child.
  std::function<absl::Status(pid_t)> on_clone;
  // The process that becomes the command is known; what it is the child of does
  // not change any more.
  std::function<absl::Status(const Launched&)> on_process;
  // RunHooks has been come to: set if the plan has such steps.
  std::function<absl::Status(step::HookKind, const Launched&)> on_hooks;
  // LoadSeccomp has made a listener; set if the plan's filter has one.
  std::function<absl::Status(int listener)> on_seccomp_listener;
  // The filter for SendFilter, without a listener; set if the plan has one.
  std::function<absl::StatusOr<step::LoadSeccomp<std::string>>()> make_filter;
  // Pidfds for the plan's SendProcess steps to send, in their order.
  std::vector<int> joined_processes;
  // A listening socket for AwaitStart, or -1.
  int start_socket = -1;
  // Standard input, output and error of the process; -1: the caller's.
  std::array<int, 3> stdio = {-1, -1, -1};
  // A signalfd whose signals interrupt the set-up, or -1.
  int interrupt_fd = -1;
};

// Starts a process and sets it up as `plan` says; returns when it has become
// the command or, if the plan has an AwaitStart, waits there. On failure
// nothing of it is left, and the status names the step (failure.h): `step 5/12
// mount proc on "/proc": mount: EPERM (operation not permitted)`.
//
// Signals must be blocked in the caller (SignalFd does that), and the caller
// must have one thread: the child runs in its memory until it execs.
absl::StatusOr<Launched> Launch(const step::SetupPlan& plan,
                                const LaunchHooks& hooks);

// Ends a process that Launch has started, which is a child of the caller.
void KillAndReap(const Launched& launched);

// Waits for the end of a process that has been killed, ten seconds at most: one
// in a frozen cgroup, or in the kernel's hands, may never end.
absl::Status AwaitEnd(int pidfd);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_LAUNCHER_H_
