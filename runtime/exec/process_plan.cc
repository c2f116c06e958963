#include "runtime/exec/process_plan.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "runtime/exec/container_part.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/exec_plan.h"
#include "runtime/security/label_plan.h"
#include "runtime/security/privilege_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::exec {
namespace {

using step::Actor;
using Text = std::string;

constexpr uint32_t kDefaultUmask = 0022;

// "net/ipv4/ip_forward" for "net.ipv4.ip_forward". As sysctl(8) has it, the
// separator that comes first is the separator, and the other one stands for
// itself exchanged: "net/ipv4/conf/eth0.1/forwarding" is
// "net.ipv4.conf.eth0/1.forwarding".
std::string SysctlPath(absl::string_view key) {
  const size_t first = key.find_first_of("./");
  if (first == absl::string_view::npos || key[first] == '/') {
    return std::string(key);
  }
  return absl::StrReplaceAll(key, {{".", "/"}, {"/", "."}});
}

void PlanRlimits(const spec::Process& process, bool raise_only,
                 step::SetupPlan& plan) {
  for (const spec::Rlimit& limit : process.rlimits) {
    plan.Add(Actor::kInit, step::SetRlimit<Text>{limit.resource, limit.soft,
                                                 limit.hard, raise_only});
  }
}

void PlanScheduling(const spec::Process& process, step::SetupPlan& plan) {
  if (process.scheduler) {
    const spec::Scheduler& s = *process.scheduler;
    plan.Add(Actor::kInit,
             step::SetScheduler<Text>{s.policy, s.nice, s.priority, s.flags,
                                      s.runtime, s.deadline, s.period});
  }
  if (process.io_priority) {
    plan.Add(Actor::kInit,
             step::SetIoPriority<Text>{process.io_priority->io_class,
                                       process.io_priority->priority});
  }
}

void PlanExecutionDomain(const ContainerPart& part, step::SetupPlan& plan) {
  if (part.personality) {
    plan.Add(Actor::kInit, step::SetPersonality<Text>{*part.personality});
  }
  if (part.memory_policy) {
    plan.Add(Actor::kInit,
             step::SetMemoryPolicy<Text>{part.memory_policy->mode,
                                         part.memory_policy->flags,
                                         part.memory_policy->nodes});
  }
}

}  // namespace

void PlanHostAttributes(const spec::Process& process, const ContainerPart& part,
                        step::SetupPlan& plan) {
  if (process.oom_score_adj) {
    plan.Add(Actor::kInit, step::SetOomScore<Text>{*process.oom_score_adj});
  }
  if (part.user_namespace) PlanRlimits(process, /*raise_only=*/true, plan);
  security::PlanLabels(process, plan);
}

void PlanNamespaceAttributes(const spec::ContainerSpec& spec,
                             const ContainerPart& part, step::SetupPlan& plan) {
  if (part.new_keyring && spec.process.user) {
    security::PlanKeyring(spec.process, part.id, part.user_namespace, plan);
  }
  for (const auto& [key, value] : spec.sysctl) {
    plan.Add(Actor::kInit, step::SetSysctl<Text>{SysctlPath(key), value});
  }
}

void PlanCpuAffinity(const spec::CpuSet& processors, step::SetupPlan& plan) {
  if (processors.empty()) return;
  plan.Add(Actor::kInit, step::SetCpuAffinity<Text>{processors});
}

void PlanWholeCpuAffinity(step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::SetCpuAffinity<Text>{});
}

void PlanFindExecutable(const spec::Process& process, step::SetupPlan& plan) {
  plan.Add(Actor::kInit,
           step::FindExecutable<Text>{Candidates(process.args[0], process.env),
                                      process.args[0]});
}

void PlanIdentity(const spec::Process& process, const ContainerPart& part,
                  step::SetupPlan& plan) {
  // Reads a file of the container, so before the filter and as root.
  if (process.user && part.hook.empty() &&
      WantsHome(WithoutDuplicates(process.env))) {
    plan.Add(Actor::kInit, step::FindHome<Text>{process.user->uid});
  }
  PlanScheduling(process, plan);
  // Only now: a low limit would get in the way of the set-up.
  PlanRlimits(process, /*raise_only=*/false, plan);
  PlanExecutionDomain(part, plan);
  if (process.user) {
    plan.Add(Actor::kInit,
             step::SetUmask<Text>{process.user->umask.value_or(kDefaultUmask)});
    if (process.terminal) {
      plan.Add(Actor::kInit, step::GiveTerminal<Text>{process.user->uid});
    }
  }
  security::PlanPrivileges(process, part.filter, part.restriction, plan);
  if (process.user && step::Has(plan, step::StepKind::kDieWithParent) &&
      !step::Has(plan, step::StepKind::kOutliveParent)) {
    // The kernel has forgotten it with the change of user.
    plan.Add(Actor::kInit, step::DieWithParent<Text>{});
  }
  if (process.user && !process.cwd.empty()) {
    plan.Add(Actor::kInit,
             step::ChangeDirectory<Text>{process.cwd, /*retry=*/true});
  }
}

}  // namespace chmdocker::exec
