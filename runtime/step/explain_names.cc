#include "absl/strings/string_view.h"
#include "runtime/step/explain.h"
#include "runtime/step/step.h"

namespace chmdocker::step {

absl::string_view KindName(StepKind kind) {
  switch (kind) {
    case StepKind::kClone:
      return "clone";
    case StepKind::kDenySetgroups:
      return "deny-setgroups";
    case StepKind::kWriteIdMap:
      return "write-id-map";
    case StepKind::kExecInit:
      return "exec-init";
    case StepKind::kEnterCgroup:
      return "enter-cgroup";
    case StepKind::kLeaveGroups:
      return "leave-groups";
    case StepKind::kJoinNamespaces:
      return "join-namespaces";
    case StepKind::kSendProcess:
      return "send-process";
    case StepKind::kJoinProcess:
      return "join-process";
    case StepKind::kNewTimeNamespace:
      return "new-time-namespace";
    case StepKind::kFork:
      return "fork";
    case StepKind::kReceiveProcess:
      return "receive-process";
    case StepKind::kMapIds:
      return "map-ids";
    case StepKind::kBecomeRoot:
      return "become-root";
    case StepKind::kNewCgroupNamespace:
      return "new-cgroup-namespace";
    case StepKind::kHideMemory:
      return "hide-memory";
    case StepKind::kDieWithParent:
      return "die-with-parent";
    case StepKind::kNewSession:
      return "new-session";
    case StepKind::kResetSignals:
      return "reset-signals";
    case StepKind::kSetHostname:
      return "set-hostname";
    case StepKind::kBringUpLoopback:
      return "bring-up-loopback";
    case StepKind::kSetDomainname:
      return "set-domainname";
    case StepKind::kSetOomScore:
      return "set-oom-score";
    case StepKind::kSetRlimit:
      return "set-rlimit";
    case StepKind::kSetScheduler:
      return "set-scheduler";
    case StepKind::kSetIoPriority:
      return "set-io-priority";
    case StepKind::kSetCpuAffinity:
      return "set-cpu-affinity";
    case StepKind::kSetPersonality:
      return "set-personality";
    case StepKind::kSetMemoryPolicy:
      return "set-memory-policy";
    case StepKind::kSetSysctl:
      return "set-sysctl";
    case StepKind::kSetUmask:
      return "set-umask";
    case StepKind::kSetExecLabel:
      return "set-exec-label";
    case StepKind::kJoinKeyring:
      return "join-keyring";
    case StepKind::kSetPropagation:
      return "set-propagation";
    case StepKind::kMountOverlay:
      return "mount-overlay";
    case StepKind::kOpenRootfs:
      return "open-rootfs";
    case StepKind::kMountFilesystem:
      return "mount-filesystem";
    case StepKind::kBindMount:
      return "bind-mount";
    case StepKind::kSetMountAttributes:
      return "set-mount-attributes";
    case StepKind::kMakeDevice:
      return "make-device";
    case StepKind::kMakeDirectory:
      return "make-directory";
    case StepKind::kMakeSymlink:
      return "make-symlink";
    case StepKind::kMaskPath:
      return "mask-path";
    case StepKind::kPivotRoot:
      return "pivot-root";
    case StepKind::kMoveRoot:
      return "move-root";
    case StepKind::kSendMount:
      return "send-mount";
    case StepKind::kOpenTerminal:
      return "open-terminal";
    case StepKind::kReceiveTerminal:
      return "receive-terminal";
    case StepKind::kNullStdin:
      return "null-stdin";
    case StepKind::kChangeDirectory:
      return "change-directory";
    case StepKind::kSignal:
      return "signal";
    case StepKind::kAwait:
      return "await";
    case StepKind::kRunHooks:
      return "run-hooks";
    case StepKind::kOutliveParent:
      return "outlive-parent";
    case StepKind::kAwaitStart:
      return "await-start";
    case StepKind::kFindExecutable:
      return "find-executable";
    case StepKind::kFindHome:
      return "find-home";
    case StepKind::kNoNewPrivileges:
      return "no-new-privileges";
    case StepKind::kRestrictAccess:
      return "restrict-access";
    case StepKind::kSendFilter:
      return "send-filter";
    case StepKind::kReceiveFilter:
      return "receive-filter";
    case StepKind::kLoadSeccomp:
      return "load-seccomp";
    case StepKind::kLimitCapabilities:
      return "limit-capabilities";
    case StepKind::kGiveTerminal:
      return "give-terminal";
    case StepKind::kSetUser:
      return "set-user";
    case StepKind::kSetCapabilities:
      return "set-capabilities";
    case StepKind::kCloseFds:
      return "close-fds";
    case StepKind::kStayAsInit:
      return "stay-as-init";
    case StepKind::kExec:
      return "exec";
  }
  return "";
}

absl::string_view ActorName(Actor actor) {
  switch (actor) {
    case Actor::kParent:
      return "parent";
    case Actor::kChild:
      return "child";
    case Actor::kInit:
      return "init";
  }
  return "";
}

absl::string_view HookKindName(HookKind kind) {
  switch (kind) {
    case HookKind::kPrestart:
      return "prestart";
    case HookKind::kCreateRuntime:
      return "createRuntime";
    case HookKind::kCreateContainer:
      return "createContainer";
    case HookKind::kStartContainer:
      return "startContainer";
  }
  return "";
}

}  // namespace chmdocker::step
