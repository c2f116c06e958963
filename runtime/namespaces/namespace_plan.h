// Pure: which namespaces, and how the new process gets its ids in them.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_

#include <string>
#include <vector>

#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::namespaces {

// The namespaces that the container gets on a host with these facts: those of
// the specification, and a user namespace where they can't be had without.
CloneFlags NewNamespaces(const spec::ContainerSpec& spec,
                         const host::HostFacts& facts);

// Takes the file of cgroup v2 out of `files`, those into which a process that
// enters its cgroups writes "0", and returns its directory: the cgroup to be
// born in. Empty if there is none.
std::string TakeBirthCgroup(std::vector<std::string>& files);

// Clone, in the cgroup of v2 `cgroup` if that is not empty, and the child's own
// steps up to and with ExecInit.
void PlanStart(const spec::ContainerSpec& spec, const host::HostFacts& facts,
               const std::string& cgroup, step::SetupPlan& plan);

// Init enters the cgroups of these files, if there are any.
void PlanCgroup(const std::vector<std::string>& files, step::SetupPlan& plan);

// The namespaces that Clone can't make: those that exist already, and those
// that only another process can be in, which then goes on.
void PlanNamespaces(const spec::ContainerSpec& spec,
                    const host::HostFacts& facts, step::SetupPlan& plan);

// A cgroup namespace, once init is in its cgroups.
void PlanCgroupNamespace(const spec::ContainerSpec& spec,
                         step::SetupPlan& plan);

// A second process in a running container: Clone to ExecInit; the process that
// the parent sends; and, apart from those for what needs the host's rights, the
// way into that one's `namespaces`. Behind PlanJoined nothing is left of how
// init got there: no other process counts in the container's cgroups, or has
// init's memory. Until then no step may want to be the only one with it, as
// setns(2) does for time and user namespaces.
void PlanJoinStart(const std::string& cgroup, step::SetupPlan& plan);
void PlanSendProcess(step::SetupPlan& plan);
void PlanJoin(CloneFlags namespaces, step::SetupPlan& plan);
void PlanJoined(CloneFlags namespaces, step::SetupPlan& plan);

// What is done about the UTS namespace from inside.
void PlanHostname(const spec::ContainerSpec& spec, step::SetupPlan& plan);

// What is done about a new network namespace from inside. Only for a container
// that comes with a user, as OCI's do: the tutorial's form has no loopback.
void PlanLoopback(const spec::ContainerSpec& spec, step::SetupPlan& plan);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_
