#include "runtime/plan/check_plan.h"

#include <cstddef>

#include "absl/status/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::StepKind;

absl::Status CheckEnd(const Timeline& timeline) {
  const size_t exec = Find(timeline, StepKind::kExec);
  const size_t close = Find(timeline, StepKind::kCloseFds);
  const size_t last = timeline.size() - 1;
  // Between the two only a filter, and then the process that stays.
  const size_t filter = Find(timeline, StepKind::kLoadSeccomp);
  const size_t stays = Find(timeline, StepKind::kStayAsInit);
  size_t next = close + 1;
  if (close != kNowhere && next == filter) ++next;
  if (close != kNowhere && next == stays) ++next;
  if (exec == last && close != kNowhere && next == exec &&
      Count(timeline, StepKind::kStayAsInit) <= 1) {
    return absl::OkStatus();
  }
  return Broken(timeline, last,
                "a plan ends with its only CloseFds and its only Exec");
}

constexpr absl::Status (*kInvariants[])(const Timeline&) = {
    CheckActors,   CheckIdMaps,      CheckParentDeath, CheckJoin,
    CheckTime,     CheckPropagation, CheckRootfs,      CheckTerminal,
    CheckBarriers, CheckCgroups,     CheckPrivileges,  CheckRestriction,
    CheckFilter,   CheckSentFilter,  CheckMessages,    CheckEnd,
};

}  // namespace

absl::Status CheckPlan(const step::SetupPlan& plan) {
  if (plan.timeline.empty()) {
    return absl::InternalError("plan: there are no steps");
  }
  for (const auto invariant : kInvariants) {
    CHM_RETURN_IF_ERROR(invariant(plan.timeline));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
