// A new container from its bundle, put on record and set up: what Create and
// RunBundle have in common.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_SETUP_H_
#define CHMDOCKER_RUNTIME_CONTAINER_SETUP_H_

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/notify_socket.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/record.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

struct SetupMode {
  bool outlives_caller = false;  // else it dies with the calling process
  bool gated = false;            // stop before the command, for StartAt
  int signal_fd = -1;            // signals that interrupt the set-up
  // Where the terminal goes when there is no console socket.
  std::function<absl::Status(int master)> on_terminal;
};

struct NewContainer {
  Instance instance;
  spec::ContainerSpec spec;
  launch::Launched launched;
  std::optional<launch::NotifyRelay> notify;  // unless it waits for its start
};

// On failure nothing is left, and the poststop hooks have run if others had.
absl::StatusOr<NewContainer> SetUp(const Runtime& runtime,
                                   const CreateOptions& options,
                                   const SetupMode& mode);

// The plan by which `spec` was or would be set up.
absl::StatusOr<step::SetupPlan> PlanFor(const Runtime& runtime,
                                        const spec::ContainerSpec& spec,
                                        const state::Record& record,
                                        const CreateOptions& options,
                                        const SetupMode& mode,
                                        const host::HostFacts& facts);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_SETUP_H_
