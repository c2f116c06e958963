// What the invariants of check_plan.h ask of a timeline. Pure.
#ifndef CHMDOCKER_RUNTIME_PLAN_TIMELINE_H_
#define CHMDOCKER_RUNTIME_PLAN_TIMELINE_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {

using Timeline = std::vector<step::TimelineEntry>;

// Behind every index: comparisons read "not before".
inline constexpr size_t kNowhere = static_cast<size_t>(-1);

// Internal, with the step at `at` and the invariant that it breaks.
absl::Status Broken(const Timeline& timeline, size_t at,
                    absl::string_view invariant);

size_t Count(const Timeline& timeline, step::StepKind kind);

// The first step of a kind, or kNowhere.
size_t Find(const Timeline& timeline, step::StepKind kind);

// The namespaces that a plan makes, by Clone and by Fork.
CloneFlags Made(const Timeline& timeline);

// Whether a kind of step changes what is mounted.
bool Mounts(step::StepKind kind);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_TIMELINE_H_
