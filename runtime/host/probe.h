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

// The version of Landlock's interface; 0: there is none, or it is turned off.
int LandlockAbi();

// Whether this process may not be on all processors, by taskset(1) for example:
// to give a container all of its cgroup takes a call that costs more than a
// tenth of a start, and is idle where nothing was taken. True also when it
// can't be known.
bool IsPinned();

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_PROBE_H_
