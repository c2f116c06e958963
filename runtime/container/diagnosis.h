// What is told of a plan's steps: before, and when one fails.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_

#include "absl/status/status.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

// `status` of a launch of `plan`, with a hint where one is known of what on
// this host makes a step fail.
absl::Status Diagnosed(const absl::Status& status, const step::SetupPlan& plan,
                       const host::HostFacts& facts);

// The steps of a plan that is about to be carried out, for runtime.debug.
void Announce(const Runtime& runtime, const step::SetupPlan& plan);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_DIAGNOSIS_H_
