// Finds HostFacts out.
#ifndef CHMDOCKER_RUNTIME_HOST_PROBE_H_
#define CHMDOCKER_RUNTIME_HOST_PROBE_H_

#include "absl/status/statusor.h"
#include "runtime/host/facts.h"

namespace chmdocker::host {

// Asks the kernel; changes nothing. Five system calls.
absl::StatusOr<HostFacts> ProbeHost();

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_PROBE_H_
