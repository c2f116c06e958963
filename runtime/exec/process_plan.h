// Pure: what the process itself is and may do.
#ifndef CHMDOCKER_RUNTIME_EXEC_PROCESS_PLAN_H_
#define CHMDOCKER_RUNTIME_EXEC_PROCESS_PLAN_H_

#include "runtime/exec/container_part.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::exec {

// With the rights of the host, and with the host's /proc: first thing, before
// any namespace is joined or made by init.
void PlanHostAttributes(const spec::Process& process, const ContainerPart& part,
                        step::SetupPlan& plan);

// In the namespaces of the container, but before its mounts. A process that
// joins a container calls only PlanKeyring of //runtime/security here.
void PlanNamespaceAttributes(const spec::ContainerSpec& spec,
                             const ContainerPart& part, step::SetupPlan& plan);

// The processors for a process that joins a container: `initial` before it
// enters the cgroups, `final` after. An empty set changes nothing.
void PlanCpuAffinity(const spec::CpuSet& processors, step::SetupPlan& plan);

// Takes back what the caller's affinity was narrowed to, by taskset(1) or a
// service manager: in its cgroups the process has a cpuset of its own. The
// kernel itself does so only when a cpuset changes.
void PlanWholeCpuAffinity(step::SetupPlan& plan);

// Fails when there is no such command: behind the change of root and directory,
// before the container counts as created.
void PlanFindExecutable(const spec::Process& process, step::SetupPlan& plan);

// The last of the rights: behind the wait for the start, before PlanExec.
void PlanIdentity(const spec::Process& process, const ContainerPart& part,
                  step::SetupPlan& plan);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_PROCESS_PLAN_H_
