// Finds HostFacts out.
#ifndef CHMDOCKER_RUNTIME_HOST_PROBE_H_
#define CHMDOCKER_RUNTIME_HOST_PROBE_H_

#include "absl/status/statusor.h"
#include "runtime/host/facts.h"

namespace chmdocker::host {

// Whether this process is in a user namespace of somebody's making. Asked once:
// chmdocker stays in the one that it was started in.
bool InUserNamespace();

// Asks the kernel; changes nothing. At most five system calls.
absl::StatusOr<HostFacts> ProbeHost();

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_PROBE_H_
