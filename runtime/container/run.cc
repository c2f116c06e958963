#include "runtime/container/run.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/diagnosis.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/supervisor.h"
#include "runtime/launch/terminal.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {
namespace {

absl::StatusOr<step::SetupPlan> MakePlan(const spec::ContainerSpec& spec,
                                         const host::HostFacts& facts,
                                         const plan::PlanOptions& options) {
  CHM_ASSIGN_OR_RETURN(step::SetupPlan plan,
                       plan::PlanSetup(spec, facts, options));
  CHM_RETURN_IF_ERROR(plan::CheckPlan(plan));
  return plan;
}

}  // namespace

absl::StatusOr<step::SetupPlan> Plan(const spec::ContainerSpec& spec,
                                     bool watched) {
  CHM_ASSIGN_OR_RETURN(const host::HostFacts facts, host::ProbeHost());
  return MakePlan(spec, facts, {.hold_before_exec = watched});
}

absl::StatusOr<int> Run(const spec::ContainerSpec& spec,
                        const Observer& observer) {
  CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                       launch::SignalFd::Create());
  CHM_ASSIGN_OR_RETURN(const host::HostFacts facts, host::ProbeHost());
  const bool watched = observer.on_step != nullptr;
  CHM_ASSIGN_OR_RETURN(const step::SetupPlan plan,
                       MakePlan(spec, facts, {.hold_before_exec = watched}));
  launch::LaunchHooks hooks;
  hooks.on_init_started = observer.on_init_started;
  if (watched) {
    hooks.on_step = [&](const launch::StepOutcome& outcome) {
      observer.on_step(plan, outcome);
    };
  }
  hooks.on_terminal = launch::ConfigureTerminal;
  hooks.interrupt_fd = signals.fd();
  const absl::StatusOr<launch::Launched> launched = launch::Launch(plan, hooks);
  if (!launched.ok()) return Diagnosed(launched.status(), plan, facts);
  return launch::Supervise(*launched, signals.fd(), spec.process.stdin_open);
}

}  // namespace chmdocker::container
