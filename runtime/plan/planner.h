// Specification and host facts -> plan. Pure.
#ifndef CHMDOCKER_RUNTIME_PLAN_PLANNER_H_
#define CHMDOCKER_RUNTIME_PLAN_PLANNER_H_

#include "absl/status/statusor.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::plan {

struct PlanOptions {
  // Init waits right before the command until the parent says go: so that
  // what the parent prints about the set-up stands before what the command
  // prints.
  bool hold_before_exec = false;
};

// The plan that sets up `spec` on a host with `facts`; the status of
// spec::Validate when there can be none.
absl::StatusOr<step::SetupPlan> PlanSetup(const spec::ContainerSpec& spec,
                                          const host::HostFacts& facts,
                                          const PlanOptions& options);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_PLANNER_H_
