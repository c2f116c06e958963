#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {

using step::StepKind;
using Text = std::string;

// Rights are given up once what takes them is done, and in the only order in
// which the kernel lets them be.
absl::Status CheckPrivileges(const Timeline& timeline) {
  const size_t limit = Find(timeline, StepKind::kLimitCapabilities);
  const size_t user = Find(timeline, StepKind::kSetUser);
  const size_t set = Find(timeline, StepKind::kSetCapabilities);
  if ((limit == kNowhere) != (set == kNowhere) || limit > set) {
    return Broken(timeline, limit == kNowhere ? set : limit,
                  "the bounding set is limited before the others are set");
  }
  if (user != kNowhere && set != kNowhere && (user < limit || user > set)) {
    return Broken(timeline, user,
                  "the user changes between the two steps of capabilities");
  }
  const size_t first = std::min({limit, user, set});
  for (size_t i = first; i < timeline.size() && first != kNowhere; ++i) {
    const StepKind kind = step::KindOf(timeline[i].step);
    if (Mounts(kind) || kind == StepKind::kMakeDevice ||
        kind == StepKind::kSetRlimit || kind == StepKind::kAwaitStart ||
        kind == StepKind::kFork || kind == StepKind::kSetSysctl) {
      return Broken(timeline, i, "needs rights that are given up by then");
    }
  }
  return absl::OkStatus();
}

// Landlock refuses mounts as well, and reads that the set-up would still do.
absl::Status CheckRestriction(const Timeline& timeline) {
  const size_t at = Find(timeline, StepKind::kRestrictAccess);
  if (at == kNowhere) return absl::OkStatus();
  const size_t no_new = Find(timeline, StepKind::kNoNewPrivileges);
  if (no_new == kNowhere || no_new > at ||
      Count(timeline, StepKind::kRestrictAccess) > 1) {
    return Broken(timeline, at,
                  "access is restricted once, with no_new_privs set");
  }
  for (size_t i = at; i < timeline.size(); ++i) {
    const StepKind kind = step::KindOf(timeline[i].step);
    if (Mounts(kind) || kind == StepKind::kPivotRoot ||
        kind == StepKind::kMoveRoot || kind == StepKind::kFindHome ||
        kind == StepKind::kFindExecutable || kind == StepKind::kSetSysctl) {
      return Broken(timeline, i, "Landlock would refuse it by then");
    }
    if (kind == StepKind::kAwaitStart) {
      return Broken(timeline, i, "who starts it would be out of its scope");
    }
  }
  return absl::OkStatus();
}

// A filter comes last if it can, and with CAP_SYS_ADMIN otherwise.
absl::Status CheckFilter(const Timeline& timeline) {
  const size_t filter = Find(timeline, StepKind::kLoadSeccomp);
  if (filter == kNowhere) return absl::OkStatus();
  if (Count(timeline, StepKind::kLoadSeccomp) > 1) {
    return Broken(timeline, filter, "there is more than one filter");
  }
  const size_t no_new = Find(timeline, StepKind::kNoNewPrivileges);
  if (no_new != kNowhere) {
    const size_t behind =
        2 + Count(timeline, StepKind::kStayAsInit);  // with Exec
    if (no_new < filter && filter == timeline.size() - behind) {
      return absl::OkStatus();
    }
    return Broken(timeline, filter,
                  "with no_new_privs a filter is loaded right before Exec");
  }
  for (const StepKind kind : {StepKind::kSetUser, StepKind::kSetCapabilities}) {
    const size_t at = Find(timeline, kind);
    if (at < filter) {
      return Broken(timeline, filter,
                    "without no_new_privs it takes rights to load a filter");
    }
  }
  const size_t gate = Find(timeline, StepKind::kAwaitStart);
  if (gate != kNowhere && filter < gate) {
    return Broken(timeline, filter, "it would filter the wait for the start");
  }
  return absl::OkStatus();
}

// While the sender is there.
absl::Status CheckSentFilter(const Timeline& timeline) {
  const size_t sent = Find(timeline, StepKind::kSendFilter);
  const size_t received = Find(timeline, StepKind::kReceiveFilter);
  const size_t load = Find(timeline, StepKind::kLoadSeccomp);
  const bool loads =
      load != kNowhere &&
      std::get<step::LoadSeccomp<Text>>(timeline[load].step).filter.empty();
  const size_t first = std::min({sent, received, loads ? load : kNowhere});
  if (first == kNowhere) return absl::OkStatus();
  if (!loads || sent > received || received > load ||
      received > Find(timeline, StepKind::kAwaitStart) ||
      Count(timeline, StepKind::kSendFilter) != 1 ||
      Count(timeline, StepKind::kReceiveFilter) != 1) {
    return Broken(timeline, first, "init loads the one filter that is sent");
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
