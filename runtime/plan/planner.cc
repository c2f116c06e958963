#include "runtime/plan/planner.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/exec/exec_plan.h"
#include "runtime/host/facts.h"
#include "runtime/mounts/mount_plan.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/process.h"
#include "runtime/spec/validate.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using Text = std::string;

// A barrier: `from` says that it has come so far, `to` waits for that.
void PlanBarrier(Actor from, Actor to, const char* name,
                 step::SetupPlan& plan) {
  plan.Add(from, step::Signal<Text>{name});
  plan.Add(to, step::Await<Text>{name});
}

void PlanHold(step::SetupPlan& plan) {
  PlanBarrier(Actor::kInit, Actor::kParent, "ready", plan);
  PlanBarrier(Actor::kParent, Actor::kInit, "start", plan);
}

// In the order of the OCI runtime specification (runtime.md, "Lifecycle"): all
// before the change of root, when the mounts are there.
void PlanHooks(const spec::Hooks& hooks, step::SetupPlan& plan) {
  const std::pair<step::HookKind, bool> kinds[] = {
      {step::HookKind::kPrestart, !hooks.prestart.empty()},
      {step::HookKind::kCreateRuntime, !hooks.create_runtime.empty()},
      {step::HookKind::kCreateContainer, !hooks.create_container.empty()},
  };
  bool any = false;
  for (const auto& [kind, wanted] : kinds) {
    if (!wanted) continue;
    if (!std::exchange(any, true)) {
      PlanBarrier(Actor::kInit, Actor::kParent, "mounted", plan);
    }
    plan.Add(Actor::kParent, step::RunHooks<Text>{kind});
  }
  if (any) PlanBarrier(Actor::kParent, Actor::kInit, "hooks", plan);
}

// The last that the creator of the container has to do with it.
void PlanRelease(const PlanOptions& options, step::SetupPlan& plan) {
  if (options.outlives_parent) {
    // Only once it is on record: what dies with its creator need not be found.
    PlanBarrier(Actor::kParent, Actor::kInit, "recorded", plan);
    plan.Add(Actor::kInit, step::OutliveParent<Text>{});
  }
  if (options.gated) {
    PlanBarrier(Actor::kInit, Actor::kParent, "created", plan);
    plan.Add(Actor::kInit, step::AwaitStart<Text>{});
  }
  if (options.hold_before_exec) PlanHold(plan);
}

}  // namespace

absl::StatusOr<step::SetupPlan> PlanSetup(const spec::ContainerSpec& spec,
                                          const host::HostFacts& facts,
                                          const PlanOptions& options) {
  CHM_RETURN_IF_ERROR(spec::Validate(spec));
  step::SetupPlan plan;
  plan.timeline.reserve(16);  // what the tutorial's form needs, and some
  namespaces::PlanStart(spec, facts, plan);
  namespaces::PlanCgroup(options.cgroup_files, plan);
  namespaces::PlanNamespaces(spec, plan);
  exec::PlanSession(plan);
  namespaces::PlanCgroupNamespace(spec, plan);
  namespaces::PlanHostname(spec, plan);
  CHM_RETURN_IF_ERROR(mounts::PlanMounts(spec, facts,
                                         namespaces::NewNamespaces(spec, facts),
                                         options.cgroups, plan));
  PlanHooks(spec.hooks, plan);
  mounts::PlanStdin(spec, plan);
  mounts::PlanTerminal(spec, facts, plan);
  mounts::PlanRootSwitch(spec, facts, options.no_pivot, plan);
  exec::PlanSurroundings(spec, plan);
  PlanRelease(options, plan);
  exec::PlanExec(spec, plan);
  return plan;
}

absl::StatusOr<step::SetupPlan> PlanJoiningProcess(const spec::Process& process,
                                                   CloneFlags namespaces,
                                                   const host::HostFacts& facts,
                                                   const PlanOptions& options) {
  // What is there already is not made once more.
  spec::ContainerSpec inside;
  inside.process = process;
  CHM_RETURN_IF_ERROR(spec::Validate(inside));
  step::SetupPlan plan;
  namespaces::PlanJoinStart(plan);
  namespaces::PlanCgroup(options.cgroup_files, plan);
  namespaces::PlanJoin(namespaces, plan);
  exec::PlanSession(plan);
  mounts::PlanTerminal(inside, facts, plan);
  exec::PlanSurroundings(inside, plan);
  PlanRelease(options, plan);
  exec::PlanExec(inside, plan);
  return plan;
}

}  // namespace chmdocker::plan
