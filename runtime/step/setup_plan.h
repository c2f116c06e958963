// A plan: the steps that set one container up, in order, with who executes
// each. Pure data; the same input gives the same plan.
#ifndef CHMDOCKER_RUNTIME_STEP_SETUP_PLAN_H_
#define CHMDOCKER_RUNTIME_STEP_SETUP_PLAN_H_

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/step/step.h"

namespace chmdocker::step {

template <>
struct TextListOf<std::string> {
  using Type = std::vector<std::string>;
};

template <class Number>
struct NumbersOf<std::string, Number> {
  using Type = std::vector<Number>;
};

template <template <class> class... Kinds>
using VariantOf = std::variant<Kinds<std::string>...>;
using Step = AllSteps<VariantOf>;

struct TimelineEntry {
  Actor actor = Actor::kParent;
  Step step;
  // A failure with this errno is passed over; 0: none is.
  int ignored_error = 0;
  bool operator==(const TimelineEntry&) const = default;
};

// What the planner writes and everybody else reads. An actor executes its own
// entries in order; actors meet at Signal and Await, and where one starts the
// other (Clone, ExecInit).
struct SetupPlan {
  std::vector<TimelineEntry> timeline;

  template <class StepType>
  void Add(Actor actor, StepType step, int ignored_error = 0) {
    timeline.push_back({actor, std::move(step), ignored_error});
  }
  bool operator==(const SetupPlan&) const = default;
};

template <class Variant, size_t... kIndex>
constexpr bool IsInOrderOfKinds(std::index_sequence<kIndex...>) {
  return ((std::variant_alternative_t<kIndex, Variant>::kKind ==
           static_cast<StepKind>(kIndex)) &&
          ...);
}

// The kind of a step, without its fields.
inline StepKind KindOf(const Step& step) {
  static_assert(IsInOrderOfKinds<Step>(
                    std::make_index_sequence<std::variant_size_v<Step>>()),
                "StepKind and AllSteps have the same order");
  return static_cast<StepKind>(step.index());
}

inline bool Has(const SetupPlan& plan, StepKind kind) {
  for (const TimelineEntry& entry : plan.timeline) {
    if (KindOf(entry.step) == kind) return true;
  }
  return false;
}

// Every plan begins with it (CheckPlan).
inline const Clone<std::string>& CloneOf(const SetupPlan& plan) {
  return std::get<Clone<std::string>>(plan.timeline[0].step);
}

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_SETUP_PLAN_H_
