// Pure: the command's session, descriptors and execution.
#ifndef CHMDOCKER_RUNTIME_EXEC_EXEC_PLAN_H_
#define CHMDOCKER_RUNTIME_EXEC_EXEC_PLAN_H_

#include <string>
#include <vector>

#include "runtime/exec/container_part.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::exec {

// The paths at which `command` is looked for, as by execvp(3): itself when it
// has a slash, else below each directory of PATH in `environment`.
std::vector<std::string> Candidates(
    const std::string& command, const std::vector<std::string>& environment);

// How init separates itself from the caller: first thing.
void PlanSession(step::SetupPlan& plan);

// Working directory and signals: behind the change of root.
void PlanSurroundings(const spec::Process& process, step::SetupPlan& plan);

// The end of the plan.
void PlanExec(const spec::Process& process, const ContainerPart& part,
              step::SetupPlan& plan);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_EXEC_PLAN_H_
