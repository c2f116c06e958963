// Pure: what the process gives up before it becomes the command.
#ifndef CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_PLAN_H_
#define CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_PLAN_H_

#include <string>

#include "runtime/security/landlock_plan.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::security {

// The ambient capabilities that the kernel lets a process have: permitted and
// inheritable ones (capabilities(7)). The others are no error with other
// runtimes, either, and may be worth a warning.
spec::CapabilitySet RaisableAmbient(const spec::Capabilities& capabilities);

step::LoadSeccomp<std::string> LoadStep(const SeccompFilter& filter);

// Where the parent makes a filter that follows, and where init takes it.
void PlanSendFilter(const SeccompFilter& filter, step::SetupPlan& plan);
void PlanReceiveFilter(const SeccompFilter& filter, step::SetupPlan& plan);

// no_new_privs, Landlock, user, groups, capabilities, and the filter if it
// can't wait for PlanLastFilter. A filter without instructions that does not
// follow is none, as is a restriction of neither files nor ports.
void PlanPrivileges(const spec::Process& process, const SeccompFilter& filter,
                    const Restriction& restriction, step::SetupPlan& plan);

// The filter, right before Exec: with no_new_privs it takes no rights to load
// one, and so the command needs to be allowed next to nothing but what it does
// itself.
void PlanLastFilter(const spec::Process& process, const SeccompFilter& filter,
                    step::SetupPlan& plan);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_PLAN_H_
