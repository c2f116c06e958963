#include "runtime/security/privilege_plan.h"

#include <linux/filter.h>

#include <bit>
#include <cstdint>
#include <string>

#include "runtime/security/landlock_plan.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::security {
namespace {

using step::Actor;
using Text = std::string;

void PlanFilter(const SeccompFilter& filter, step::SetupPlan& plan) {
  if (filter.program.empty() && !filter.follows) return;
  plan.Add(Actor::kInit, LoadStep(filter));
}

}  // namespace

step::LoadSeccomp<Text> LoadStep(const SeccompFilter& filter) {
  step::LoadSeccomp<Text> load;
  load.filter.reserve(filter.program.size());
  for (const sock_filter& instruction : filter.program) {
    load.filter.push_back(std::bit_cast<uint64_t>(instruction));
  }
  load.flags = filter.flags;
  load.listener = filter.has_listener;
  return load;
}

void PlanSendFilter(const SeccompFilter& filter, step::SetupPlan& plan) {
  if (filter.follows) plan.Add(Actor::kParent, step::SendFilter<Text>{});
}

void PlanReceiveFilter(const SeccompFilter& filter, step::SetupPlan& plan) {
  if (filter.follows) plan.Add(Actor::kInit, step::ReceiveFilter<Text>{});
}

spec::CapabilitySet RaisableAmbient(const spec::Capabilities& capabilities) {
  return capabilities.ambient & capabilities.permitted &
         capabilities.inheritable;
}

void PlanPrivileges(const spec::Process& process, const SeccompFilter& filter,
                    const Restriction& restriction, step::SetupPlan& plan) {
  if (process.no_new_privileges) {
    plan.Add(Actor::kInit, step::NoNewPrivileges<Text>{});
    // While there are rights to the paths.
    if ((restriction.files | restriction.ports) != 0) {
      plan.Add(Actor::kInit, restriction);
    }
  } else {
    // While there is CAP_SYS_ADMIN.
    PlanFilter(filter, plan);
  }
  if (process.capabilities) {
    plan.Add(Actor::kInit,
             step::LimitCapabilities<Text>{process.capabilities->bounding});
  }
  if (process.user) {
    plan.Add(Actor::kInit,
             step::SetUser<Text>{process.user->uid, process.user->gid,
                                 process.user->additional_gids,
                                 process.capabilities.has_value(),
                                 process.user->groups_optional});
  }
  if (process.capabilities) {
    plan.Add(Actor::kInit, step::SetCapabilities<Text>{
                               process.capabilities->effective,
                               process.capabilities->permitted,
                               process.capabilities->inheritable,
                               RaisableAmbient(*process.capabilities)});
  }
}

void PlanLastFilter(const spec::Process& process, const SeccompFilter& filter,
                    step::SetupPlan& plan) {
  if (process.no_new_privileges) PlanFilter(filter, plan);
}

}  // namespace chmdocker::security
