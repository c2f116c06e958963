// A container in the foreground: from specification to exit code.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_RUN_H_
#define CHMDOCKER_RUNTIME_CONTAINER_RUN_H_

#include <functional>

#include "absl/status/statusor.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

// What a caller may watch. Unset functions are not called.
struct Observer {
  // chmdocker-init runs in the new namespaces.
  std::function<void()> on_init_started;
  // A step of the plan has ended; watching makes init wait right before the
  // command until all steps so far have been told.
  std::function<void(const step::SetupPlan&, const launch::StepOutcome&)>
      on_step;
};

// The plan that Run would carry out on this host; `watched`: for an observer
// with on_step.
absl::StatusOr<step::SetupPlan> Plan(const spec::ContainerSpec& spec,
                                     bool watched);

// Runs the container until its command ends and returns the command's exit
// code, 128+N when signal N ended it. Standard input reaches the command's
// terminal if process.stdin_open is set. The caller must have one thread. On
// failure nothing is left, and the status says what failed (for a step, see
// launch::StepFailureOf) and, where it can be known, what on this host causes
// it.
absl::StatusOr<int> Run(const spec::ContainerSpec& spec,
                        const Observer& observer);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_RUN_H_
