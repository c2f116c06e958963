#include "runtime/plan/planner.h"

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/exec/exec_plan.h"
#include "runtime/host/facts.h"
#include "runtime/mounts/mount_plan.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/validate.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using Text = std::string;

void PlanHold(step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::Signal<Text>{"ready"});
  plan.Add(Actor::kParent, step::Await<Text>{"ready"});
  plan.Add(Actor::kParent, step::Signal<Text>{"start"});
  plan.Add(Actor::kInit, step::Await<Text>{"start"});
}

}  // namespace

absl::StatusOr<step::SetupPlan> PlanSetup(const spec::ContainerSpec& spec,
                                          const host::HostFacts& facts,
                                          const PlanOptions& options) {
  CHM_RETURN_IF_ERROR(spec::Validate(spec));
  step::SetupPlan plan;
  plan.timeline.reserve(16);  // what the tutorial's form needs, and some
  namespaces::PlanStart(spec, facts, plan);
  exec::PlanSession(plan);
  namespaces::PlanHostname(spec, plan);
  mounts::PlanMounts(spec, facts, namespaces::NewNamespaces(spec, facts), plan);
  mounts::PlanStdin(spec, plan);
  mounts::PlanTerminal(spec, facts, plan);
  mounts::PlanRootSwitch(spec, facts, plan);
  exec::PlanSurroundings(spec, plan);
  if (options.hold_before_exec) PlanHold(plan);
  exec::PlanExec(spec, plan);
  return plan;
}

}  // namespace chmdocker::plan
