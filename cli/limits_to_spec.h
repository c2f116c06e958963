// Limits -> ContainerSpec, but for devices, which have to be looked at. Pure.
#ifndef CHMDOCKER_CLI_LIMITS_TO_SPEC_H_
#define CHMDOCKER_CLI_LIMITS_TO_SPEC_H_

#include "absl/status/status.h"
#include "cli/limits.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {

// InvalidArgument, which names the flags, for what does not go together, by
// docker's rules.
absl::Status LimitsToSpec(const Limits& limits, spec::ContainerSpec& spec);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIMITS_TO_SPEC_H_
