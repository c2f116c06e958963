// Rights -> ContainerSpec, but for what has to be looked up. Pure.
#ifndef CHMDOCKER_CLI_RIGHTS_TO_SPEC_H_
#define CHMDOCKER_CLI_RIGHTS_TO_SPEC_H_

#include "cli/rights.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {

// `spec` is the default, with its root. Users, a profile in a file, and the
// devices of --privileged are left to AddHostRights.
void RightsToSpec(const Rights& rights, spec::ContainerSpec& spec);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RIGHTS_TO_SPEC_H_
