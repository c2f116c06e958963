// The flat form of a plan that chmdocker-init reads: one buffer, no pointers.
//
//   PlanHeader
//   for each step: StepHeader, then its fields as 64-bit words
//     number, enum, flags: the value
//     text:                its offset in the text pool
//     list of texts:       count, then count offsets, then a 0 word
//     list of numbers:     count, then the numbers, filled up to a whole word
//   text pool: NUL-terminated texts
//
// Both programs come out of one build, so the form has no version; the magic
// number catches a buffer that is no plan at all.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_STEP_PLAN_IMAGE_H_
#define CHMDOCKER_RUNTIME_STEP_PLAN_IMAGE_H_

#include <cstdint>

#include "runtime/step/step.h"

namespace chmdocker::step {

inline constexpr uint64_t kPlanMagic = 0x4e414c502d4d4843;  // "CHM-PLAN"

struct PlanHeader {
  uint64_t magic = kPlanMagic;
  uint64_t pool_offset = 0;  // bytes from the start of the buffer
  uint32_t step_count = 0;
  // Not 0: each finished step is reported, not only failures.
  uint32_t trace = 0;
};

struct StepHeader {
  StepKind kind = StepKind::kClone;
  Actor actor = Actor::kParent;
  uint16_t ignored_error = 0;
  uint32_t word_count = 0;  // of the fields that follow
};

static_assert(sizeof(PlanHeader) == 24 && sizeof(StepHeader) == 8,
              "headers are whole words");

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_PLAN_IMAGE_H_
