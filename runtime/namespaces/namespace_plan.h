// Pure: which namespaces, and how the new process gets its ids in them.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_

#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::namespaces {

// The namespaces that the container gets on a host with these facts: those of
// the specification, and a user namespace where they can't be had without.
CloneFlags NewNamespaces(const spec::ContainerSpec& spec,
                         const host::HostFacts& facts);

// Clone, and the child's own steps up to and with ExecInit.
void PlanStart(const spec::ContainerSpec& spec, const host::HostFacts& facts,
               step::SetupPlan& plan);

// What is done about the UTS namespace from inside.
void PlanHostname(const spec::ContainerSpec& spec, step::SetupPlan& plan);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_PLAN_H_
