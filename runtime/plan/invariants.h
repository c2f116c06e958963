// The invariants of check_plan.h, one function each, a .cc a subject.
// CheckActors comes first: the others rely on the Clone that it finds.
#ifndef CHMDOCKER_RUNTIME_PLAN_INVARIANTS_H_
#define CHMDOCKER_RUNTIME_PLAN_INVARIANTS_H_

#include "absl/status/status.h"
#include "runtime/plan/timeline.h"

namespace chmdocker::plan {

// check_actors.cc
absl::Status CheckActors(const Timeline& timeline);

// check_messages.cc
absl::Status CheckMessages(const Timeline& timeline);

// check_processes.cc
absl::Status CheckIdMaps(const Timeline& timeline);
absl::Status CheckParentDeath(const Timeline& timeline);
absl::Status CheckJoin(const Timeline& timeline);
absl::Status CheckTime(const Timeline& timeline);
absl::Status CheckTerminal(const Timeline& timeline);
absl::Status CheckBarriers(const Timeline& timeline);
absl::Status CheckCgroups(const Timeline& timeline);

// check_mounts.cc
absl::Status CheckPropagation(const Timeline& timeline);
absl::Status CheckRootfs(const Timeline& timeline);

// check_rights.cc
absl::Status CheckPrivileges(const Timeline& timeline);
absl::Status CheckRestriction(const Timeline& timeline);
absl::Status CheckFilter(const Timeline& timeline);
absl::Status CheckSentFilter(const Timeline& timeline);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_INVARIANTS_H_
