// Limits -> ContainerSpec, but for devices, which have to be looked at. Pure.
#ifndef CHMDOCKER_CLI_LIMITS_TO_SPEC_H_
#define CHMDOCKER_CLI_LIMITS_TO_SPEC_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cli/limits.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cli {

// InvalidArgument, which names the flags, for what does not go together, by
// docker's rules.
absl::Status LimitsToSpec(const Limits& limits, spec::ContainerSpec& spec);

// --cpus, in billionths of a processor, as a quota of docker's period.
void SetCpus(uint64_t billionths, spec::CpuResources& cpu);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIMITS_TO_SPEC_H_
