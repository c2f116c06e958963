// What of a person's limits depends on the host: its devices, processors and
// memory nodes. Effects: they are looked at.
#ifndef CHMDOCKER_CLI_HOST_LIMITS_H_
#define CHMDOCKER_CLI_HOST_LIMITS_H_

#include "absl/status/status.h"
#include "cli/limits.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {

// Adds devices and what is limited of them to `spec`; InvalidArgument names the
// flag whose value this host does not have.
absl::Status AddHostLimits(const Limits& limits, spec::ContainerSpec& spec);

// All devices of the host, in the place of those that others would be left
// with: --privileged. Directories that this user may not read are passed over.
absl::Status AddAllDevices(spec::ContainerSpec& spec);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HOST_LIMITS_H_
