// Plan -> plan image.
#ifndef CHMDOCKER_RUNTIME_STEP_ENCODE_H_
#define CHMDOCKER_RUNTIME_STEP_ENCODE_H_

#include <cstdint>
#include <vector>

#include "runtime/step/setup_plan.h"

namespace chmdocker::step {

// The image of `plan` (plan_image.h), in whole words. Texts must not contain
// NUL: the checks of //runtime/spec see to it. With `trace`, init reports each
// finished step.
std::vector<uint64_t> EncodePlan(const SetupPlan& plan, bool trace);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_ENCODE_H_
