// What this host can do for the caller, found out by doing it.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_DOCTOR_H_
#define CHMDOCKER_RUNTIME_CONTAINER_DOCTOR_H_

#include "absl/status/statusor.h"
#include "runtime/host/findings.h"

namespace chmdocker::container {

// Leaves nothing behind: no process, mount or cgroup. The caller must have one
// thread.
absl::StatusOr<host::Findings> Doctor();

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_DOCTOR_H_
