// The capabilities of a process that can't be had.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_CAPABILITIES_H_
#define CHMDOCKER_RUNTIME_CONTAINER_CAPABILITIES_H_

#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/process.h"

namespace chmdocker::container {

// Leaves them out of `process`, with a warning: "runtimes SHOULD NOT fail"
// (runtime-spec 1.3, config.md, "Linux Process"). In a user namespace of the
// container's, `own_user_namespace`, all can.
void LeaveOutUngranted(const Runtime& runtime, const host::HostFacts& facts,
                       bool own_user_namespace, spec::Process& process);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_CAPABILITIES_H_
