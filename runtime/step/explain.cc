#include "runtime/step/explain.h"

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/flag_names.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/step/process_words.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

std::string Name(const Place<Text>& place) {
  switch (place.slot) {
    case FdSlot::kRoot:
      return Quote(place.path);
    case FdSlot::kRootfs:
      return absl::StrCat("rootfs:", Quote(place.path));
    case FdSlot::kSent:
      return absl::StrCat("the sent ", Quote(place.path));
  }
  return {};
}

std::string InRootfs(const std::string& path) {
  return Name({FdSlot::kRootfs, path});
}

std::string Options(const std::vector<std::string>& words) {
  std::vector<std::string> given;
  for (const std::string& word : words) {
    if (!word.empty()) given.push_back(word);
  }
  return given.empty() ? ""
                       : absl::StrCat(" (", absl::StrJoin(given, ","), ")");
}

std::string ApiWord(MountApi api) {
  switch (api) {
    case MountApi::kDetached:
      return "";
    case MountApi::kClassic:
      return "by mount(2)";
  }
  return {};
}

// "clear nosuid,nodev".
std::string Cleared(MountAttributes attributes) {
  return attributes.empty() ? ""
                            : absl::StrCat("clear ", OptionWords(attributes));
}

// As the options of mounts name what holds for all mounts below: "rro".
std::string Recursively(MountAttributes attributes) {
  if (attributes.empty()) return "";
  return absl::StrCat(
      "r", absl::StrReplaceAll(OptionWords(attributes), {{",", ",r"}}));
}

std::string RecursivelyCleared(MountAttributes attributes) {
  return attributes.empty() ? ""
                            : absl::StrCat("clear ", Recursively(attributes));
}

std::string LinksWord(SourceLinks links) {
  switch (links) {
    case SourceLinks::kFollow:
      return "";
    case SourceLinks::kNoFollow:
      return "source no symlink";
    case SourceLinks::kCopy:
      return "a symlink copied";
  }
  return {};
}

std::string LinksWord(TargetLinks links) {
  switch (links) {
    case TargetLinks::kFollow:
    case TargetLinks::kForbidden:
      return "";
    case TargetLinks::kNoFollow:
      return "target no symlink";
  }
  return {};
}

std::string DeviceWord(uint32_t mode) {
  if (S_ISBLK(mode)) return "b";
  return S_ISFIFO(mode) ? "p" : "c";
}

std::string Words(const std::vector<std::string>& words) {
  return absl::StrJoin(words, " ", [](std::string* out, const Text& word) {
    absl::StrAppend(out, Quote(word));
  });
}

// "0 1000 1, 1 100000 65536": the lines of an id map.
std::string IdLines(absl::string_view map) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::StripSuffix(map, "\n"), '\n');
  return Quote(absl::StrJoin(lines, ", "));
}

// One overload per kind: a kind without a line does not compile.
struct Describe {
  std::string operator()(const Clone<Text>& s) const {
    if (s.namespaces.empty()) return "clone";
    return absl::StrCat("clone into new ", NamespaceWords(s.namespaces),
                        " namespaces (", FlagNames(s.namespaces), ")");
  }
  std::string operator()(const DenySetgroups<Text>&) const {
    return "write \"deny\" to /proc/self/setgroups";
  }
  std::string operator()(const WriteIdMap<Text>& s) const {
    const absl::string_view file =
        s.kind == IdKind::kUser ? "uid_map" : "gid_map";
    return absl::StrCat("write ", Quote(absl::StripSuffix(s.map, "\n")),
                        " to /proc/self/", file);
  }
  std::string operator()(const ExecInit<Text>&) const {
    return "exec chmdocker-init from a sealed memfd";
  }
  std::string operator()(const EnterCgroup<Text>& s) const {
    return absl::StrCat("enter the cgroups of ", Words(s.files));
  }
  std::string operator()(const JoinNamespaces<Text>& s) const {
    return absl::StrCat("join namespaces ", Words(s.namespaces));
  }
  std::string operator()(const SendProcess<Text>&) const {
    return "send init a descriptor of the container's first process";
  }
  std::string operator()(const JoinProcess<Text>& s) const {
    return absl::StrCat("join the ", NamespaceWords(s.namespaces),
                        " namespaces of the container");
  }
  std::string operator()(const NewTimeNamespace<Text>& s) const {
    const std::vector<std::string> lines =
        absl::StrSplit(absl::StripSuffix(s.offsets, "\n"), '\n');
    return absl::StrCat("make a time namespace for a child",
                        s.offsets.empty() ? "" : " with offsets ",
                        s.offsets.empty() ? "" : absl::StrJoin(lines, ", "));
  }
  std::string operator()(const Fork<Text>& s) const {
    return s.namespaces.empty()
               ? "go on in a new process"
               : absl::StrCat("go on in a new process in new ",
                              NamespaceWords(s.namespaces), " namespaces (",
                              FlagNames(s.namespaces), ")");
  }
  std::string operator()(const ReceiveProcess<Text>&) const {
    return "adopt the new process and reap the old one";
  }
  std::string operator()(const MapIds<Text>& s) const {
    return absl::StrCat("map users ", IdLines(s.users), " and groups ",
                        IdLines(s.groups));
  }
  std::string operator()(const BecomeRoot<Text>&) const {
    return "become user and group 0, without other groups";
  }
  std::string operator()(const NewCgroupNamespace<Text>&) const {
    return "make a cgroup namespace";
  }
  std::string operator()(const HideMemory<Text>&) const {
    return "forbid tracing of this process";
  }
  std::string operator()(const DieWithParent<Text>&) const {
    return "ask for SIGKILL when chmdocker dies";
  }
  std::string operator()(const NewSession<Text>&) const {
    return "start a new session";
  }
  std::string operator()(const ResetSignals<Text>&) const {
    return "reset signal actions and unblock all signals";
  }
  std::string operator()(const SetHostname<Text>& s) const {
    return absl::StrCat("set host name ", Quote(s.name));
  }
  std::string operator()(const BringUpLoopback<Text>&) const {
    return "bring the loopback interface up";
  }
  std::string operator()(const SetDomainname<Text>& s) const {
    return absl::StrCat("set domain name ", Quote(s.name));
  }
  std::string operator()(const SetOomScore<Text>& s) const {
    return absl::StrCat("write ", s.score, " to /proc/self/oom_score_adj");
  }
  std::string operator()(const SetRlimit<Text>& s) const {
    return s.raise_only
               ? absl::StrCat("raise the hard limit ", RlimitName(s.resource),
                              " to ", LimitText(s.hard))
               : absl::StrCat("set ", RlimitName(s.resource), " to ",
                              LimitText(s.soft), ", at most ",
                              LimitText(s.hard));
  }
  std::string operator()(const SetScheduler<Text>& s) const {
    return absl::StrCat("schedule as ", PolicyName(s.policy), " (nice ", s.nice,
                        ", priority ", s.priority, ", flags ", s.flags,
                        ", runtime ", s.runtime, ", deadline ", s.deadline,
                        ", period ", s.period, ")");
  }
  std::string operator()(const SetIoPriority<Text>& s) const {
    return absl::StrCat("set I/O priority ", s.priority, " of class ",
                        IoClassName(s.io_class));
  }
  std::string operator()(const SetCpuAffinity<Text>& s) const {
    return absl::StrCat("run on processors ", BitRanges(s.processors));
  }
  std::string operator()(const SetPersonality<Text>& s) const {
    return absl::StrFormat("set personality %#x", s.persona);
  }
  std::string operator()(const SetMemoryPolicy<Text>& s) const {
    return absl::StrCat("set memory policy ", s.mode, " (flags ", s.flags,
                        ") for nodes ", BitRanges(s.nodes));
  }
  std::string operator()(const SetSysctl<Text>& s) const {
    return absl::StrCat("write ", Quote(s.value), " to ",
                        Quote("/proc/sys/" + s.path));
  }
  std::string operator()(const SetUmask<Text>& s) const {
    return absl::StrFormat("set umask %04o", s.mask);
  }
  std::string operator()(const SetExecLabel<Text>& s) const {
    return absl::StrCat(
        "ask for the ",
        s.kind == LabelKind::kApparmor ? "AppArmor profile " : "SELinux label ",
        Quote(s.label));
  }
  std::string operator()(const JoinKeyring<Text>& s) const {
    return absl::StrCat("join session keyring ", Quote(s.name),
                        s.label.empty() ? "" : " with SELinux label ",
                        s.label.empty() ? "" : Quote(s.label));
  }
  std::string operator()(const SetPropagation<Text>& s) const {
    return absl::StrCat("set propagation of ", Name(s.target), " to ",
                        OptionWords(s.propagation));
  }
  std::string operator()(const OpenRootfs<Text>& s) const {
    return absl::StrCat(
        "bind ", Quote(s.path), " onto itself and open it as rootfs",
        Options({s.leave_peers ? "parent private" : "", ApiWord(s.api)}));
  }
  std::string operator()(const MountFilesystem<Text>& s) const {
    return absl::StrCat(
        "mount ", s.type, " on ", Name(s.target),
        Options({OptionWords(s.flags), s.data, s.copy_up ? "tmpcopyup" : "",
                 LinksWord(s.links)}),
        s.substitute.empty() ? "" : ", or else bind ",
        s.substitute.empty() ? "" : Quote(s.substitute),
        s.substitute.empty() ? ""
                             : Options({Recursively(s.substitute_attributes),
                                        "recursive", ApiWord(s.api)}));
  }
  std::string operator()(const BindMount<Text>& s) const {
    return absl::StrCat(
        "bind ", Name(s.source), " on ", Name(s.target),
        Options({OptionWords(s.set), Cleared(s.cleared),
                 Recursively(s.recursive_set),
                 RecursivelyCleared(s.recursive_cleared),
                 s.recursive ? "recursive" : "", LinksWord(s.source_links),
                 LinksWord(s.target_links), ApiWord(s.api)}));
  }
  std::string operator()(const SetMountAttributes<Text>& s) const {
    return absl::StrCat(
        "make the mount at ", Name(s.target),
        s.set.empty() ? "" : absl::StrCat(" ", OptionWords(s.set)),
        Options({Cleared(s.cleared), s.recursive ? "recursive" : "",
                 ApiWord(s.api)}));
  }
  std::string operator()(const MakeDevice<Text>& s) const {
    const std::string owner = s.uid == 0 && s.gid == 0
                                  ? ""
                                  : absl::StrCat(", owner ", s.uid, ":", s.gid);
    return absl::StrFormat("make device %s (%s %d:%d, mode %04o%s)",
                           InRootfs(s.path), DeviceWord(s.mode), s.major,
                           s.minor, s.mode & 07777, owner);
  }
  std::string operator()(const MakeSymlink<Text>& s) const {
    return absl::StrCat("link ", InRootfs(s.path), " to ", Quote(s.target));
  }
  std::string operator()(const MaskPath<Text>& s) const {
    return absl::StrCat("hide ", InRootfs(s.path), Options({ApiWord(s.api)}));
  }
  std::string operator()(const PivotRoot<Text>& s) const {
    return absl::StrCat("pivot_root into rootfs and detach the old root",
                        Options({s.leave_peers ? "a slave by then" : ""}));
  }
  std::string operator()(const MoveRoot<Text>&) const {
    return "unmount each other proc and sysfs, move rootfs to \"/\" and "
           "chroot "
           "into it";
  }
  std::string operator()(const SendMount<Text>& s) const {
    const std::string owners =
        s.uid_map.empty()
            ? "those of the user namespace"
            : absl::StrCat(Quote(absl::StripSuffix(s.uid_map, "\n")), " and ",
                           Quote(absl::StripSuffix(s.gid_map, "\n")));
    return absl::StrCat(
        "send a copy of ", Quote(s.source), " with owners as ", owners,
        Options({s.recursive ? "recursive" : "",
                 s.map_recursive ? "ridmap" : "idmap", LinksWord(s.links)}));
  }
  std::string operator()(const OpenTerminal<Text>& s) const {
    return absl::StrCat("open a pseudo-terminal from ", Name(s.multiplexer),
                        s.bind_console ? " and show it as /dev/console" : "",
                        Options({ApiWord(s.api)}));
  }
  std::string operator()(const ReceiveTerminal<Text>&) const {
    return "receive the terminal and set its size";
  }
  std::string operator()(const NullStdin<Text>& s) const {
    return absl::StrCat("connect standard input to ", Name(s.device));
  }
  std::string operator()(const MakeDirectory<Text>& s) const {
    return absl::StrCat("make directory ", InRootfs(s.path));
  }
  std::string operator()(const ChangeDirectory<Text>& s) const {
    return absl::StrCat("change directory to ", Quote(s.path),
                        s.retry ? " if that was denied before" : "");
  }
  std::string operator()(const Signal<Text>& s) const {
    return absl::StrCat("signal barrier ", Quote(s.barrier));
  }
  std::string operator()(const Await<Text>& s) const {
    return absl::StrCat("await barrier ", Quote(s.barrier));
  }
  std::string operator()(const RunHooks<Text>& s) const {
    return absl::StrCat("run the ", HookKindName(s.hooks), " hooks");
  }
  std::string operator()(const OutliveParent<Text>&) const {
    return "stay alive when chmdocker ends";
  }
  std::string operator()(const AwaitStart<Text>&) const {
    return "wait for the start";
  }
  std::string operator()(const FindExecutable<Text>& s) const {
    return absl::StrCat("look for ", Quote(s.command));
  }
  std::string operator()(const FindHome<Text>& s) const {
    return absl::StrCat("look up the home directory of user ", s.uid);
  }
  std::string operator()(const NoNewPrivileges<Text>&) const {
    return "set no_new_privs";
  }
  std::string operator()(const LoadSeccomp<Text>& s) const {
    return absl::StrCat(
        "load a seccomp filter of ", s.filter.size(), " instructions",
        s.listener ? " and send its listener" : "",
        s.flags == 0 ? "" : absl::StrCat(" (flags ", s.flags, ")"));
  }
  std::string operator()(const LimitCapabilities<Text>& s) const {
    return absl::StrCat("limit capabilities to ", CapabilityWords(s.bounding));
  }
  std::string operator()(const GiveTerminal<Text>& s) const {
    return absl::StrCat("give the terminal to user ", s.uid);
  }
  std::string operator()(const SetUser<Text>& s) const {
    return absl::StrCat(
        "become user ", s.uid, " and group ", s.gid,
        s.groups.empty() ? ", without other groups" : ", with groups ",
        absl::StrJoin(s.groups, ", "));
  }
  std::string operator()(const SetCapabilities<Text>& s) const {
    return absl::StrCat("set capabilities effective ",
                        CapabilityWords(s.effective), "; permitted ",
                        CapabilityWords(s.permitted), "; inheritable ",
                        CapabilityWords(s.inheritable), "; ambient ",
                        CapabilityWords(s.ambient));
  }
  std::string operator()(const CloseFds<Text>& s) const {
    return s.preserved == 0 ? "close all descriptors but 0, 1 and 2"
                            : absl::StrCat("close all descriptors but 0 to ",
                                           2 + s.preserved);
  }
  std::string operator()(const Exec<Text>& s) const {
    const std::string where =
        s.candidates.size() > 1
            ? absl::StrCat(", the first of ", s.candidates.size(), " in PATH,")
            : "";
    return absl::StrCat("exec ", Words(s.argv), where, " with ",
                        s.environment.size(), " environment variables");
  }
};

std::string JsonEntry(const SetupPlan& plan, size_t index) {
  const TimelineEntry& entry = plan.timeline[index];
  std::string out = absl::StrCat(
      "{\"step\":", index + 1, ",\"actor\":", QuoteJson(ActorName(entry.actor)),
      ",\"kind\":", QuoteJson(KindName(KindOf(entry.step))),
      ",\"does\":", QuoteJson(Explain(entry.step)),
      ",\"why\":", QuoteJson(Purpose(entry.step)));
  if (entry.ignored_error != 0) {
    absl::StrAppend(&out,
                    ",\"ignores\":", QuoteJson(ErrnoName(entry.ignored_error)));
  }
  return out + "}";
}

bool SetsApart(const SetPropagation<Text>& s) {
  return s.propagation.has(kMountPrivate) || s.propagation.has(kMountSlave);
}

}  // namespace

std::string Explain(const Step& step) { return std::visit(Describe(), step); }

absl::string_view Purpose(const Step& step) {
  switch (KindOf(step)) {
    case StepKind::kClone:
      return "a new process that sees its own host name, processes, mounts, "
             "network and IPC instead of the host's";
    case StepKind::kDenySetgroups:
      return "an ordinary user may map groups only after giving up setgroups";
    case StepKind::kWriteIdMap:
      return "inside the user namespace, the caller's id becomes 0: root "
             "there, "
             "nobody special outside";
    case StepKind::kExecInit:
      return "nothing of the host's chmdocker can be reached or overwritten "
             "from the container";
    case StepKind::kEnterCgroup:
      return "what the container uses is counted, limited and ended there";
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
    case StepKind::kExec:
      return "the process becomes the command, as pid 1";
  }
  return "";
}

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

std::string ExplainEntry(const SetupPlan& plan, size_t index) {
  const TimelineEntry& entry = plan.timeline[index];
  return absl::StrFormat("%2d/%d %-6s  %s", index + 1, plan.timeline.size(),
                         ActorName(entry.actor), Explain(entry.step));
}

std::string ExplainText(const SetupPlan& plan) {
  std::string out;
  absl::string_view last_purpose;
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    absl::StrAppend(&out, ExplainEntry(plan, i), "\n");
    // Said once for a row of steps of one kind.
    const absl::string_view purpose = Purpose(plan.timeline[i].step);
    if (purpose != last_purpose) {
      absl::StrAppend(&out, kPurposeIndent, purpose, "\n");
    }
    last_purpose = purpose;
  }
  return out;
}

std::string ExplainJson(const SetupPlan& plan) {
  std::string out = "{\"steps\":[";
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", JsonEntry(plan, i));
  }
  return out + "]}\n";
}

}  // namespace chmdocker::step
