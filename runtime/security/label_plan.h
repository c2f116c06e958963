// Pure: what security modules are told about the command, and its keyring.
#ifndef CHMDOCKER_RUNTIME_SECURITY_LABEL_PLAN_H_
#define CHMDOCKER_RUNTIME_SECURITY_LABEL_PLAN_H_

#include <string>

#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::security {

// The labels that the kernel gives the process when it execs.
void PlanLabels(const spec::Process& process, step::SetupPlan& plan);

// The session keyring "_ses.ID", as other runtimes name it. Once the process is
// in its user namespace: `user_namespace` says whether it has one.
void PlanKeyring(const spec::Process& process, const std::string& id,
                 bool user_namespace, step::SetupPlan& plan);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_LABEL_PLAN_H_
