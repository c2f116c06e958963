#include "runtime/plan/planner.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/exec/container_part.h"
#include "runtime/exec/exec_plan.h"
#include "runtime/exec/process_plan.h"
#include "runtime/host/facts.h"
#include "runtime/mounts/mount_plan.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/security/landlock_plan.h"
#include "runtime/security/privilege_plan.h"
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

// Init waits right before the command, for the last hooks if there are any.
void PlanHold(bool hooks, step::SetupPlan& plan) {
  PlanBarrier(Actor::kInit, Actor::kParent, "ready", plan);
  if (hooks) {
    plan.Add(Actor::kParent,
             step::RunHooks<Text>{step::HookKind::kStartContainer});
  }
  PlanBarrier(Actor::kParent, Actor::kInit, "start", plan);
}

bool HasHooks(const spec::Hooks& hooks) {
  return !hooks.prestart.empty() || !hooks.create_runtime.empty() ||
         !hooks.create_container.empty();
}

// In the order of the OCI runtime specification (runtime.md, "Lifecycle"): all
// before the change of root, when the mounts are there.
void PlanHooks(const spec::Hooks& hooks, step::SetupPlan& plan) {
  if (!HasHooks(hooks)) return;
  const std::pair<step::HookKind, bool> kinds[] = {
      {step::HookKind::kPrestart, !hooks.prestart.empty()},
      {step::HookKind::kCreateRuntime, !hooks.create_runtime.empty()},
      {step::HookKind::kCreateContainer, !hooks.create_container.empty()},
  };
  PlanBarrier(Actor::kInit, Actor::kParent, "mounted", plan);
  for (const auto& [kind, wanted] : kinds) {
    if (wanted) plan.Add(Actor::kParent, step::RunHooks<Text>{kind});
  }
  PlanBarrier(Actor::kParent, Actor::kInit, "hooks", plan);
}

exec::ContainerPart PartOf(const spec::ContainerSpec& spec,
                           const host::HostFacts& facts,
                           const PlanOptions& options) {
  exec::ContainerPart part = options.part;
  part.user_namespace |=
      (namespaces::NewNamespaces(spec, facts) | spec::Joined(spec))
          .has(kNewUser);
  part.personality = spec.personality;
  part.memory_policy = spec.memory_policy;
  return part;
}

// Init's way into its cgroups, which may have to be made yet.
void PlanCgroups(const PlanOptions& options,
                 const std::vector<std::string>& files, step::SetupPlan& plan) {
  if (options.cgroups_come != CgroupsCome::kFirst) {
    PlanBarrier(Actor::kParent, Actor::kInit, "cgroups", plan);
  }
  namespaces::PlanCgroup(files, plan);
  if (!options.cgroup_files.empty() && !options.keeps_affinity) {
    exec::PlanWholeCpuAffinity(plan);
  }
}

// The last that the creator of the container has to do with it.
void PlanRelease(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                 const PlanOptions& options, step::SetupPlan& plan) {
  // When it is on record, for what dies with its creator need not be found, and
  // when its network interfaces have come.
  if (options.outlives_parent || !spec.net_devices.empty()) {
    PlanBarrier(Actor::kParent, Actor::kInit, "recorded", plan);
  }
  if (options.outlives_parent) {
    plan.Add(Actor::kInit, step::OutliveParent<Text>{});
  }
  if (options.gated) {
    // It waits with all its rights, and others may come in meanwhile. An
    // ordinary user could not join it any more either.
    if (facts.can_make_namespaces) {
      plan.Add(Actor::kInit, step::HideMemory<Text>{});
    }
    PlanBarrier(Actor::kInit, Actor::kParent, "created", plan);
    plan.Add(Actor::kInit, step::AwaitStart<Text>{});
    return;  // who starts it runs the hooks
  }
  const bool has_hooks = !spec.hooks.start_container.empty();
  if (options.hold_before_exec || has_hooks) PlanHold(has_hooks, plan);
}

// What the parent says while a process joins a container.
void PlanLastWords(CloneFlags namespaces, const PlanOptions& options,
                   step::SetupPlan& plan) {
  security::PlanReceiveFilter(options.part.filter, plan);
  namespaces::PlanJoined(namespaces, plan);
}

}  // namespace

absl::StatusOr<step::SetupPlan> PlanSetup(const spec::ContainerSpec& spec,
                                          const host::HostFacts& facts,
                                          const PlanOptions& options) {
  CHM_RETURN_IF_ERROR(spec::Validate(spec));
  step::SetupPlan plan;
  // What the tutorial's form needs, or, with a root file system, most bundles.
  plan.timeline.reserve(spec.root.path.empty() ? 16 : 128);
  exec::ContainerPart part = PartOf(spec, facts, options);
  if (spec.landlock) {
    CHM_RETURN_IF_ERROR(security::CompileLandlock(
        *spec.landlock, facts.landlock_abi, part.restriction));
  }
  std::vector<std::string> cgroup_files = options.cgroup_files;
  const CgroupsCome come = options.cgroups_come;
  namespaces::PlanStart(spec, facts,
                        options.enters_v2 || come == CgroupsCome::kAfterClone
                            ? ""
                            : namespaces::TakeBirthCgroup(cgroup_files),
                        plan);
  exec::PlanHostAttributes(spec.process, part, plan);
  if (come != CgroupsCome::kMeanwhile) {
    PlanCgroups(options, cgroup_files, plan);
  }
  namespaces::PlanNamespaces(spec, facts, plan);
  exec::PlanSession(plan);
  if (come != CgroupsCome::kMeanwhile) {
    namespaces::PlanCgroupNamespace(spec, plan);
  }
  namespaces::PlanHostname(spec, plan);
  namespaces::PlanLoopback(spec, plan);
  exec::PlanNamespaceAttributes(spec, part, plan);
  step::SetupPlan before_cgroups;
  if (come == CgroupsCome::kMeanwhile) {
    PlanCgroups(options, cgroup_files, before_cgroups);
    namespaces::PlanCgroupNamespace(spec, before_cgroups);
  }
  CHM_RETURN_IF_ERROR(
      mounts::PlanMounts(spec, facts, namespaces::NewNamespaces(spec, facts),
                         options.cgroups, std::move(before_cgroups), plan));
  // Late, as it takes time to make; but not behind what the parent says next.
  const bool early = HasHooks(spec.hooks) || spec.process.terminal;
  security::PlanSendFilter(part.filter, plan);
  if (early) security::PlanReceiveFilter(part.filter, plan);
  PlanHooks(spec.hooks, plan);
  mounts::PlanStdin(spec, plan);
  mounts::PlanTerminal(spec, facts, plan);
  mounts::PlanRootSwitch(spec, facts, options.no_pivot, plan);
  exec::PlanSurroundings(spec.process, plan);
  if (options.gated) exec::PlanFindExecutable(spec.process, plan);
  if (!early) security::PlanReceiveFilter(part.filter, plan);
  PlanRelease(spec, facts, options, plan);
  exec::PlanIdentity(spec.process, part, plan);
  exec::PlanExec(spec.process, part, plan);
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
  const spec::CpuAffinity processors =
      process.exec_cpu_affinity.value_or(spec::CpuAffinity());
  std::vector<std::string> cgroup_files = options.cgroup_files;
  const std::string birth =
      options.enters_v2 ? "" : namespaces::TakeBirthCgroup(cgroup_files);
  namespaces::PlanJoinStart(birth, plan);
  namespaces::PlanSendProcess(plan);
  security::PlanSendFilter(options.part.filter, plan);
  exec::PlanHostAttributes(process, options.part, plan);
  exec::PlanCpuAffinity(processors.initial, plan);
  namespaces::PlanCgroup(cgroup_files, plan);
  if (process.exec_cpu_affinity) {
    exec::PlanCpuAffinity(processors.final, plan);
  } else if (!options.cgroup_files.empty() && !options.keeps_affinity) {
    exec::PlanWholeCpuAffinity(plan);
  }
  namespaces::PlanJoin(namespaces, plan);
  exec::PlanSession(plan);
  exec::PlanNamespaceAttributes(inside, options.part, plan);
  // Late, so that nobody waits for it; but not behind what the parent says of a
  // terminal.
  const bool early = process.terminal;
  if (early) PlanLastWords(namespaces, options, plan);
  mounts::PlanTerminal(inside, facts, plan);
  exec::PlanSurroundings(process, plan);
  if (!early) PlanLastWords(namespaces, options, plan);
  PlanRelease(inside, facts, options, plan);
  exec::PlanIdentity(process, options.part, plan);
  exec::PlanExec(process, options.part, plan);
  return plan;
}

}  // namespace chmdocker::plan
