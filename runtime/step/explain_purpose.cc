#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

bool SetsApart(const SetPropagation<Text>& s) {
  return s.propagation.has(kMountPrivate) || s.propagation.has(kMountSlave);
}

}  // namespace

absl::string_view Purpose(const Step& step) {
  switch (KindOf(step)) {
    case StepKind::kClone:
      return "a new process that sees its own host name, processes, mounts, "
             "network and IPC instead of the host's";
    case StepKind::kDenySetgroups:
      return "an ordinary user may map groups only after giving up setgroups";
    case StepKind::kWriteIdMap:
      return "inside the user namespace, the caller's id becomes 0: root "
             "there, nobody special outside; chown and su to other ids fail, "
             "for there are none";
    case StepKind::kExecInit:
      return "nothing of the host's chmdocker can be reached or overwritten "
             "from the container";
    case StepKind::kEnterCgroup:
      return "what the container uses is counted, limited and ended there";
    case StepKind::kLeaveGroups:
      return "the caller's groups have nothing to do with the container";
    case StepKind::kJoinNamespaces:
      return "what the container shares with others instead of having its own";
    case StepKind::kSendProcess:
    case StepKind::kJoinProcess:
      return "the command sees what the container's processes see; by "
             "descriptor, so that it can't be another container by then";
    case StepKind::kNewTimeNamespace:
      return "clocks of the container's own, for processes started from here "
             "on";
    case StepKind::kFork:
      return "who asks for some namespaces is not in them, only its children "
             "are";
    case StepKind::kReceiveProcess:
      return "from here on the new process is the container's first";
    case StepKind::kMapIds:
      return "which users and groups of the host those of the container are";
    case StepKind::kBecomeRoot:
      return "root of the user namespace, nobody special outside";
    case StepKind::kNewCgroupNamespace:
      return "the container does not see where its cgroups are on the host";
    case StepKind::kHideMemory:
      return "processes in the container can't reach into this one "
             "(CVE-2016-9962)";
    case StepKind::kDieWithParent:
      return "no container is left behind, however chmdocker ends (unless the "
             "command changes its user id)";
    case StepKind::kNewSession:
      return "the caller's terminal no longer controls the container, nor, "
             "without root's power, the container the terminal";
    case StepKind::kResetSignals:
      return "the command starts with the signals a program expects, whatever "
             "the caller ignored";
    case StepKind::kSetHostname:
      return "the new UTS namespace has a host name of its own";
    case StepKind::kBringUpLoopback:
      return "programs in the container reach each other at localhost";
    case StepKind::kSetDomainname:
      return "the new UTS namespace has a domain name of its own";
    case StepKind::kSetOomScore:
      return "who is killed first when memory runs out";
    case StepKind::kSetRlimit:
      return std::get<SetRlimit<Text>>(step).raise_only
                 ? "only possible before the rights of the host are given up"
                 : "how much of the host's resources the command may use";
    case StepKind::kSetScheduler:
    case StepKind::kSetIoPriority:
    case StepKind::kSetCpuAffinity:
      return "when, and on which processors, the command runs";
    case StepKind::kSetPersonality:
      return "the command sees the kernel of the architecture that it is for";
    case StepKind::kSetMemoryPolicy:
      return "which memory the command gets";
    case StepKind::kSetSysctl:
      return "a kernel setting of the container's own namespaces";
    case StepKind::kSetUmask:
      return "which permissions the command's new files don't get";
    case StepKind::kSetExecLabel:
      return "what the security module of the kernel lets the command do";
    case StepKind::kJoinKeyring:
      return "the caller's keys are out of the container's reach";
    case StepKind::kSetPropagation:
      return SetsApart(std::get<SetPropagation<Text>>(step))
                 ? "mounts made from here on stay invisible to the host"
                 : "which mounts and unmounts this place shares with others";
    case StepKind::kMountOverlay:
      return "the image's files, of which no container changes any: what it "
             "writes is its own";
    case StepKind::kOpenRootfs:
      return "pivot_root wants a mount point; all that follows is found from "
             "this descriptor";
    case StepKind::kMountFilesystem:
      return std::get<MountFilesystem<Text>>(step).type == "proc"
                 ? "the container's own /proc: it shows the container's "
                   "processes only"
                 : "a file system of the container's own";
    case StepKind::kBindMount:
      return "what exists already appears here as well, with these options";
    case StepKind::kSetMountAttributes:
      return std::get<SetMountAttributes<Text>>(step).set.has(kAttrReadonly)
                 ? "nothing below can be changed any more"
                 : "what is mounted there is used with these options";
    case StepKind::kMakeDevice:
      return "the devices that every program may count on, and no others";
    case StepKind::kMakeDirectory:
      return "the directory that the command starts in, if it is missing";
    case StepKind::kMakeSymlink:
      return "names that programs expect in /dev";
    case StepKind::kMaskPath:
      return "kernel files that would show or change the host";
    case StepKind::kPivotRoot:
      return "the host's files can no longer be named";
    case StepKind::kMoveRoot:
      return "the host's files can no longer be named, though its root file "
             "system stays below";
    case StepKind::kSendMount:
      return "the files of this mount belong to other users inside than "
             "outside";
    case StepKind::kOpenTerminal:
      return "the command gets a terminal of its own";
    case StepKind::kReceiveTerminal:
      return "chmdocker passes keystrokes and output between the two terminals";
    case StepKind::kNullStdin:
      return "without -i the command reads nothing from the caller";
    case StepKind::kChangeDirectory:
      return "where the command starts; checked to be inside the container";
    case StepKind::kSignal:
    case StepKind::kAwait:
      return "parent and init wait for each other here";
    case StepKind::kRunHooks:
      return "the configuration wants programs to run at this point";
    case StepKind::kOutliveParent:
      return "the container is on record and needs no chmdocker to stay";
    case StepKind::kAwaitStart:
      return "a created container waits right before its command";
    case StepKind::kFindExecutable:
      return "a container without its command is not created";
    case StepKind::kFindHome:
      return "HOME is what the container's own /etc/passwd says";
    case StepKind::kNoNewPrivileges:
      return "no program that is started gets more rights than the command has";
    case StepKind::kRestrictAccess:
      return "Landlock refuses all others, to the command and all that it "
             "starts, for good";
    case StepKind::kSendFilter:
    case StepKind::kReceiveFilter:
      return "made of the profile in the meantime";
    case StepKind::kLoadSeccomp:
      return "the kernel refuses all other system calls";
    case StepKind::kLimitCapabilities:
      return "what no program in the container can ever get";
    case StepKind::kGiveTerminal:
      return "the command's user may open the terminal once more";
    case StepKind::kSetUser:
      return "whom the command's files and processes belong to";
    case StepKind::kSetCapabilities:
      return "which parts of root's power the command has";
    case StepKind::kCloseFds:
      return "no file of the host stays open in the container";
    case StepKind::kStayAsInit:
      return "chmdocker-init passes signals on to the command, and reaps the "
             "orphans of the container";
    case StepKind::kExec:
      return "the process becomes the command";
  }
  return "";
}

}  // namespace chmdocker::step
