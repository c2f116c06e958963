// Who executes a step, and the kinds there are.
#ifndef CHMDOCKER_RUNTIME_STEP_STEP_KIND_H_
#define CHMDOCKER_RUNTIME_STEP_STEP_KIND_H_

#include <cstdint>

namespace chmdocker::step {

// Who executes a step.
enum class Actor : uint8_t {
  kParent,  // chmdocker, on the host
  kChild,   // the new process, while it still runs chmdocker's image
  kInit,    // the new process, as chmdocker-init
};

enum class StepKind : uint8_t {
  kClone,
  kDenySetgroups,
  kWriteIdMap,
  kExecInit,
  kEnterCgroup,
  kLeaveGroups,
  kJoinNamespaces,
  kSendProcess,
  kJoinProcess,
  kNewTimeNamespace,
  kFork,
  kReceiveProcess,
  kMapIds,
  kBecomeRoot,
  kNewCgroupNamespace,
  kHideMemory,
  kDieWithParent,
  kNewSession,
  kResetSignals,
  kSetHostname,
  kBringUpLoopback,
  kSetDomainname,
  kSetOomScore,
  kSetRlimit,
  kSetScheduler,
  kSetIoPriority,
  kSetCpuAffinity,
  kSetPersonality,
  kSetMemoryPolicy,
  kSetSysctl,
  kSetUmask,
  kSetExecLabel,
  kJoinKeyring,
  kSetPropagation,
  kMountOverlay,
  kOpenRootfs,
  kMountFilesystem,
  kBindMount,
  kSetMountAttributes,
  kMakeDevice,
  kMakeDirectory,
  kMakeSymlink,
  kMaskPath,
  kPivotRoot,
  kMoveRoot,
  kSendMount,
  kSendFilter,
  kReceiveFilter,
  kOpenTerminal,
  kReceiveTerminal,
  kNullStdin,
  kChangeDirectory,
  kSignal,
  kAwait,
  kRunHooks,
  kOutliveParent,
  kAwaitStart,
  kFindExecutable,
  kFindHome,
  kNoNewPrivileges,
  kRestrictAccess,
  kLoadSeccomp,
  kLimitCapabilities,
  kGiveTerminal,
  kSetUser,
  kSetCapabilities,
  kCloseFds,
  kStayAsInit,
  kExec,
};

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_STEP_KIND_H_
