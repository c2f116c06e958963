// The other end of AwaitStart: lets a created container go.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_STARTER_H_
#define CHMDOCKER_RUNTIME_LAUNCH_STARTER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::launch {

// The socket on which init will await its start, at `path`.
absl::StatusOr<UniqueFd> ListenForStart(const std::string& path);

// What the start of a container may ask for.
struct StartHooks {
  // The plan that init carries out; asked for only to name the step that
  // failed.
  std::function<absl::StatusOr<step::SetupPlan>()> make_plan;
  // LoadSeccomp has made a listener.
  std::function<absl::Status(int listener)> on_seccomp_listener;
};

// Tells the init that listens at `path` to go on, and returns when it has
// become the command. Unavailable: nobody listens, for the container has been
// started already, or has ended.
absl::Status StartAt(const std::string& path, const StartHooks& hooks);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_STARTER_H_
