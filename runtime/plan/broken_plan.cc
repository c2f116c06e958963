#include "runtime/plan/broken_plan.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/plan/check_plan.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {

using step::StepKind;

size_t IndexOf(const step::SetupPlan& plan, StepKind kind) {
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    if (step::KindOf(plan.timeline[i].step) == kind) return i;
  }
  ADD_FAILURE() << "no " << step::KindName(kind);
  return 0;
}

void Remove(step::SetupPlan& plan, StepKind kind) {
  plan.timeline.erase(plan.timeline.begin() +
                      static_cast<ptrdiff_t>(IndexOf(plan, kind)));
}

void Move(step::SetupPlan& plan, StepKind kind, size_t to) {
  const size_t from = IndexOf(plan, kind);
  step::TimelineEntry entry = std::move(plan.timeline[from]);
  plan.timeline.erase(plan.timeline.begin() + static_cast<ptrdiff_t>(from));
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(to),
                       std::move(entry));
}

std::string Broken(const step::SetupPlan& plan) {
  const absl::Status status = CheckPlan(plan);
  if (status.ok()) return "";
  const std::string message(status.message());
  return message.substr(message.rfind(": ") + 2);
}

security::SeccompFilter FollowingFilter() {
  security::SeccompFilter filter;
  filter.follows = true;
  return filter;
}

security::SeccompFilter AllowAll() {
  security::SeccompFilter filter;
  filter.program = {{0x06, 0, 0, 0x7fff0000}};
  return filter;
}

}  // namespace chmdocker::plan
