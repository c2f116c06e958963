// What every plan must keep to, whoever made it. Pure.
#ifndef CHMDOCKER_RUNTIME_PLAN_CHECK_PLAN_H_
#define CHMDOCKER_RUNTIME_PLAN_CHECK_PLAN_H_

#include "absl/status/status.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::plan {

// Internal, with the step and the broken invariant, for the first that is
// broken:
//
//  - Each kind of step belongs to one actor (Signal and Await to parent and
//    init). Clone comes first, then the child's steps up to ExecInit, then only
//    parent's and init's.
//  - The id maps are written exactly if there is a new user namespace: by the
//    child for Clone's, setgroups denied before the group map, by the parent
//    for Fork's, once it has received the process; which then becomes root.
//  - DieWithParent comes after what makes the kernel forget it (Fork,
//    BecomeRoot) and before OutliveParent, which comes before AwaitStart.
//  - Init hides its memory before it joins a process, or a user or pid
//    namespace.
//  - What Fork made gets a time namespace once it has been adopted.
//  - The propagation is set before the first mount, and nothing is mounted
//    without a new mount namespace.
//  - The rootfs is used only between OpenRootfs and PivotRoot (or MoveRoot),
//    and the two come together. Behind the latter nothing is mounted, made or
//    taken from the host.
//  - Init leaves the caller's session before it opens a terminal, and the
//    parent receives every terminal that is opened.
//  - Each barrier has one Signal, then one Await, of different actors.
//  - What the parent says, barriers, processes, mounts and the filter, is taken
//    by init in the same order; and the other way round.
//  - The bounding set is limited, then the user changes, then the capabilities
//    are set; nothing that takes rights is behind that.
//  - Access is restricted once, with no_new_privs set, behind the last mount,
//    the search for HOME and the command, and before a filter.
//  - With no_new_privs a filter is loaded right before Exec, and otherwise
//    before the user and the capabilities change, but behind the wait for the
//    start.
//  - A filter that is loaded without instructions has been sent before the wait
//    for the start.
//  - CloseFds, a filter and Exec end the plan, and stand nowhere else.
absl::Status CheckPlan(const step::SetupPlan& plan);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_CHECK_PLAN_H_
