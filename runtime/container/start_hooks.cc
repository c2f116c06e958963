#include "runtime/container/start_hooks.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/filter.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/join.h"
#include "runtime/launch/launcher.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/process.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {
namespace {

// The command's process with the hook's program in it.
spec::Process ProcessOf(const spec::Hook& hook, const spec::Process& command) {
  spec::Process process = command;
  process.args = hook.args;
  if (process.args.empty()) process.args.push_back(hook.path);
  // As runc since 1.4: without an environment of its own it has the command's.
  if (!hook.env.empty()) process.env = hook.env;
  process.terminal = false;
  return process;
}

absl::StatusOr<step::SetupPlan> PlanHook(const spec::Hook& hook,
                                         const state::Record& record,
                                         const spec::ContainerSpec& spec,
                                         CloneFlags namespaces) {
  CHM_ASSIGN_OR_RETURN(const host::HostFacts facts, host::ProbeHost());
  plan::PlanOptions wanted;
  wanted.cgroup_files = cgroups::EntryFiles(record.cgroups);
  wanted.part.id = record.id;
  wanted.part.hook = hook.path;
  wanted.part.user_namespace =
      facts.in_user_namespace || namespaces.has(kNewUser);
  wanted.part.personality = spec.personality;
  wanted.part.memory_policy = spec.memory_policy;
  CHM_ASSIGN_OR_RETURN(wanted.part.filter, FilterOf(spec));
  CHM_ASSIGN_OR_RETURN(step::SetupPlan plan,
                       plan::PlanJoiningProcess(ProcessOf(hook, spec.process),
                                                namespaces, facts, wanted));
  CHM_RETURN_IF_ERROR(plan::CheckPlan(plan));
  return plan;
}

}  // namespace

absl::Status RunStartHooks(const state::Record& record,
                           const spec::ContainerSpec& spec, int interrupt_fd) {
  if (spec.hooks.start_container.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const UniqueFd init, state::OpenPidfd(record.init));
  launch::HookPlace place;
  place.interrupt_fd = interrupt_fd;
  place.launch = [&](const spec::Hook& hook, int input,
                     int output) -> absl::StatusOr<launch::Launched> {
    CHM_ASSIGN_OR_RETURN(const launch::JoinTarget target,
                         launch::OpenJoinTarget(record.init.pid, init.get()));
    CHM_ASSIGN_OR_RETURN(const step::SetupPlan plan,
                         PlanHook(hook, record, spec, target.namespaces));
    launch::LaunchHooks hooks;
    hooks.joined_processes = {init.get()};
    hooks.interrupt_fd = interrupt_fd;
    hooks.stdio = {input, output, output};
    hooks.on_seccomp_listener = [&](int listener) {
      return HandOver(spec, record, listener);
    };
    return launch::Launch(plan, hooks);
  };
  return launch::RunHooks(
      "startContainer", spec.hooks.start_container,
      HookState(record, Status::kCreated, InnerPid(record, spec)), place);
}

}  // namespace chmdocker::container
