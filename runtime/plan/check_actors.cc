#include <cstddef>

#include "absl/status/status.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using step::StepKind;

bool MayExecute(Actor actor, StepKind kind) {
  switch (kind) {
    case StepKind::kClone:
    case StepKind::kSendProcess:
    case StepKind::kReceiveProcess:
    case StepKind::kMapIds:
    case StepKind::kReceiveTerminal:
    case StepKind::kRunHooks:
    case StepKind::kSendMount:
    case StepKind::kSendFilter:
      return actor == Actor::kParent;
    case StepKind::kDenySetgroups:
    case StepKind::kWriteIdMap:
    case StepKind::kExecInit:
      return actor == Actor::kChild;
    case StepKind::kSignal:
    case StepKind::kAwait:
      return actor != Actor::kChild;
    case StepKind::kEnterCgroup:
    case StepKind::kLeaveGroups:
    case StepKind::kJoinNamespaces:
    case StepKind::kJoinProcess:
    case StepKind::kNewTimeNamespace:
    case StepKind::kFork:
    case StepKind::kBecomeRoot:
    case StepKind::kNewCgroupNamespace:
    case StepKind::kHideMemory:
    case StepKind::kDieWithParent:
    case StepKind::kOutliveParent:
    case StepKind::kAwaitStart:
    case StepKind::kNewSession:
    case StepKind::kResetSignals:
    case StepKind::kSetHostname:
    case StepKind::kBringUpLoopback:
    case StepKind::kSetDomainname:
    case StepKind::kSetOomScore:
    case StepKind::kSetRlimit:
    case StepKind::kSetScheduler:
    case StepKind::kSetIoPriority:
    case StepKind::kSetCpuAffinity:
    case StepKind::kSetPersonality:
    case StepKind::kSetMemoryPolicy:
    case StepKind::kSetSysctl:
    case StepKind::kSetUmask:
    case StepKind::kSetExecLabel:
    case StepKind::kJoinKeyring:
    case StepKind::kSetPropagation:
    case StepKind::kMountOverlay:
    case StepKind::kOpenRootfs:
    case StepKind::kMountFilesystem:
    case StepKind::kBindMount:
    case StepKind::kSetMountAttributes:
    case StepKind::kMakeDevice:
    case StepKind::kMakeDirectory:
    case StepKind::kMakeSymlink:
    case StepKind::kMaskPath:
    case StepKind::kPivotRoot:
    case StepKind::kMoveRoot:
    case StepKind::kOpenTerminal:
    case StepKind::kNullStdin:
    case StepKind::kChangeDirectory:
    case StepKind::kFindExecutable:
    case StepKind::kFindHome:
    case StepKind::kNoNewPrivileges:
    case StepKind::kRestrictAccess:
    case StepKind::kReceiveFilter:
    case StepKind::kLoadSeccomp:
    case StepKind::kLimitCapabilities:
    case StepKind::kGiveTerminal:
    case StepKind::kSetUser:
    case StepKind::kSetCapabilities:
    case StepKind::kCloseFds:
    case StepKind::kStayAsInit:
    case StepKind::kExec:
      return actor == Actor::kInit;
  }
  return false;
}

}  // namespace

absl::Status CheckActors(const Timeline& timeline) {
  if (Count(timeline, StepKind::kClone) != 1 ||
      Find(timeline, StepKind::kClone) != 0 ||
      Count(timeline, StepKind::kExecInit) != 1) {
    return Broken(timeline, 0,
                  "a plan begins with its only Clone and has one ExecInit");
  }
  const size_t init_starts = Find(timeline, StepKind::kExecInit);
  for (size_t i = 0; i < timeline.size(); ++i) {
    const Actor actor = timeline[i].actor;
    if (!MayExecute(actor, step::KindOf(timeline[i].step))) {
      return Broken(timeline, i, "belongs to another actor");
    }
    const bool childs = i > 0 && i <= init_starts;
    if (childs != (actor == Actor::kChild)) {
      return Broken(timeline, i,
                    "the child acts between Clone and ExecInit, and only then "
                    "only it");
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
