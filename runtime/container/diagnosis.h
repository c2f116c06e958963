// What on this host makes a step fail, added to its error.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_

#include "absl/status/status.h"
#include "runtime/host/facts.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

// `status` of a launch of `plan`, with a hint where one is known.
absl::Status Diagnosed(const absl::Status& status, const step::SetupPlan& plan,
                       const host::HostFacts& facts);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_
