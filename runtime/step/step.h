// The closed set of steps that set a container up.
//
// A step is one system call or one fixed idiom; it holds no descriptor number,
// pid, address, time or random value, so that the same input always gives the
// same plan. Control flow, and what happens after the set-up (reaping, signals,
// the terminal's data), is not in here.
//
// Each step is a struct template over how it holds text: std::string where
// plans are made (setup_plan.h), const char* where they are executed
// (plan_reader.h). Visit lists the fields once; the encoding follows from it.
//
// To add a step: a StepKind, a struct and its place in AllSteps; then whatever
// the compiler names: its line, purpose and name in explain.cc, its actor in
// check_plan.cc, its case in the executors; a golden and a test on the kernel.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_STEP_STEP_H_
#define CHMDOCKER_RUNTIME_STEP_STEP_H_

#include <cstdint>

#include "runtime/base/flags.h"

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
  kLoadSeccomp,
  kLimitCapabilities,
  kGiveTerminal,
  kSetUser,
  kSetCapabilities,
  kCloseFds,
  kExec,
};

// What a path starts from.
enum class FdSlot : uint8_t {
  kRoot,    // the process's own root directory
  kRootfs,  // what OpenRootfs opened; the path is resolved inside it
  kSent,    // no path at all: the mount of the parent's next SendMount
};

// Which of the kernel's two ways to make bind mounts is used.
enum class MountApi : uint8_t {
  kDetached,  // open_tree, mount_setattr, move_mount: Linux 5.12
  kClassic,   // mount(2): attributes follow in a second call
};

// What becomes of symlinks on the way to what is mounted on.
enum class TargetLinks : uint8_t {
  kFollow,     // inside the rootfs; the target of a dangling one is created
  kNoFollow,   // the last component is taken as it is
  kForbidden,  // any of them is ELOOP (CVE-2019-19921)
};

// What becomes of a symlink that is the source of a bind mount.
enum class SourceLinks : uint8_t {
  kFollow,
  kNoFollow,  // it is mounted itself
  kCopy,      // the target becomes the same symlink; nothing is mounted
};

enum class IdKind : uint8_t { kUser, kGroup };

// The security modules that are asked for a label of the command's own.
enum class LabelKind : uint8_t { kApparmor, kSelinux };

// The OCI hooks that are run while a container is set up.
enum class HookKind : uint8_t {
  kPrestart,
  kCreateRuntime,
  kCreateContainer,
  kStartContainer,
};

template <class Text>
struct Place {
  FdSlot slot = FdSlot::kRoot;
  Text path{};
  bool operator==(const Place&) const = default;
};

// A list of texts, ended as argv is. Held as std::vector<std::string> by
// plans, as a null-terminated array by executors; chosen by Text.
template <class Text>
struct TextListOf;
template <>
struct TextListOf<const char*> {
  using Type = const char* const*;
};
template <class Text>
using TextList = typename TextListOf<Text>::Type;

// A list of numbers: groups, instructions of a filter, words of a bit set. Held
// as std::vector by plans, in place by executors; chosen by Text.
template <class Number>
struct Span {
  const Number* data = nullptr;
  uint64_t size = 0;  // in numbers
};
template <class Text, class Number>
struct NumbersOf;
template <class Number>
struct NumbersOf<const char*, Number> {
  using Type = Span<Number>;
};
template <class Text, class Number>
using Numbers = typename NumbersOf<Text, Number>::Type;

// Starts the child in new namespaces: clone3(2).
template <class Text>
struct Clone {
  static constexpr StepKind kKind = StepKind::kClone;
  CloneFlags namespaces;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.namespaces);
  }
  bool operator==(const Clone&) const = default;
};

// Writes "deny" to /proc/self/setgroups, without which an unprivileged process
// may not write its gid_map: user_namespaces(7), Linux 3.19.
template <class Text>
struct DenySetgroups {
  static constexpr StepKind kKind = StepKind::kDenySetgroups;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const DenySetgroups&) const = default;
};

// Writes the whole of /proc/self/uid_map or gid_map: user_namespaces(7).
template <class Text>
struct WriteIdMap {
  static constexpr StepKind kKind = StepKind::kWriteIdMap;
  IdKind kind = IdKind::kUser;
  Text map{};  // lines "INSIDE OUTSIDE COUNT\n"
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.kind, self.map);
  }
  bool operator==(const WriteIdMap&) const = default;
};

// Becomes chmdocker-init, from a sealed memfd: nothing of the host's binary is
// reachable from the container (CVE-2019-5736).
template <class Text>
struct ExecInit {
  static constexpr StepKind kKind = StepKind::kExecInit;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ExecInit&) const = default;
};

// Enters cgroups by writing 0, which is the writer itself, to their tasks or
// cgroup.procs files: cgroups(7). By the process itself and before it has
// children, because to move another one waits for a grace period of the kernel.
template <class Text>
struct EnterCgroup {
  static constexpr StepKind kKind = StepKind::kEnterCgroup;
  TextList<Text> files{};  // absolute, on the host
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.files);
  }
  bool operator==(const EnterCgroup&) const = default;
};

// Joins namespaces that exist already: setns(2). Each is "KIND:PATH", for
// example "net:/proc/1/ns/net". All are opened first. Those that the caller may
// join before a user namespace are joined before it, the others, which need
// the rights that it gives, behind it.
template <class Text>
struct JoinNamespaces {
  static constexpr StepKind kKind = StepKind::kJoinNamespaces;
  TextList<Text> namespaces{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.namespaces);
  }
  bool operator==(const JoinNamespaces&) const = default;
};

// Sends init a pidfd of the process whose namespaces it is to join.
template <class Text>
struct SendProcess {
  static constexpr StepKind kKind = StepKind::kSendProcess;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const SendProcess&) const = default;
};

// Receives the pidfd of SendProcess and joins that process's namespaces, all at
// once: setns(2) of a pidfd, Linux 5.8.
template <class Text>
struct JoinProcess {
  static constexpr StepKind kKind = StepKind::kJoinProcess;
  CloneFlags namespaces;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.namespaces);
  }
  bool operator==(const JoinProcess&) const = default;
};

// A new time namespace for init's children, with these offsets:
// time_namespaces(7), Linux 5.6.
template <class Text>
struct NewTimeNamespace {
  static constexpr StepKind kKind = StepKind::kNewTimeNamespace;
  Text offsets{};  // lines of /proc/PID/timens_offsets
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.offsets);
  }
  bool operator==(const NewTimeNamespace&) const = default;
};

// Goes on in a new process, init's sister, in new namespaces: clone(2) with
// CLONE_PARENT. What joins a pid or time namespace is a child only, and a user
// namespace whose ids the parent maps must be made by who still has its rights.
template <class Text>
struct Fork {
  static constexpr StepKind kKind = StepKind::kFork;
  CloneFlags namespaces;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.namespaces);
  }
  bool operator==(const Fork&) const = default;
};

// Learns the process that Fork made, and reaps the one that made it.
template <class Text>
struct ReceiveProcess {
  static constexpr StepKind kKind = StepKind::kReceiveProcess;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ReceiveProcess&) const = default;
};

// Writes both id maps of the user namespace that Fork made, by newuidmap(1) and
// newgidmap(1) where the caller may not: user_namespaces(7).
template <class Text>
struct MapIds {
  static constexpr StepKind kKind = StepKind::kMapIds;
  Text users{};   // lines "INSIDE OUTSIDE COUNT\n"
  Text groups{};  // the same
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.users, self.groups);
  }
  bool operator==(const MapIds&) const = default;
};

// User and group 0 of the user namespace, and no supplementary groups.
template <class Text>
struct BecomeRoot {
  static constexpr StepKind kKind = StepKind::kBecomeRoot;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const BecomeRoot&) const = default;
};

// The cgroups that init is in become the roots of all that it sees: unshare(2)
// with CLONE_NEWCGROUP, cgroup_namespaces(7). By itself, once it is in them.
template <class Text>
struct NewCgroupNamespace {
  static constexpr StepKind kKind = StepKind::kNewCgroupNamespace;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const NewCgroupNamespace&) const = default;
};

// No process of the container that init is about to join can trace it or look
// at its descriptors: PR_SET_DUMPABLE of prctl(2) (CVE-2016-9962).
template <class Text>
struct HideMemory {
  static constexpr StepKind kKind = StepKind::kHideMemory;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const HideMemory&) const = default;
};

// SIGKILL when chmdocker dies: PR_SET_PDEATHSIG of prctl(2). As pid 1 takes
// the whole pid namespace with it, nothing of the container stays. The kernel
// forgets it when the command, as pid 1, changes its user or group id.
template <class Text>
struct DieWithParent {
  static constexpr StepKind kKind = StepKind::kDieWithParent;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const DieWithParent&) const = default;
};

// Leaves the caller's session and so its terminal: setsid(2). Keystrokes can't
// be pushed into the caller's shell by TIOCSTI (CVE-2017-5226).
template <class Text>
struct NewSession {
  static constexpr StepKind kKind = StepKind::kNewSession;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const NewSession&) const = default;
};

// All signals to their default action and unblocked: what the caller ignored
// (SIGPIPE under some build tools, SIGINT in background jobs) is its own
// affair.
template <class Text>
struct ResetSignals {
  static constexpr StepKind kKind = StepKind::kResetSignals;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ResetSignals&) const = default;
};

// sethostname(2).
template <class Text>
struct SetHostname {
  static constexpr StepKind kKind = StepKind::kSetHostname;
  Text name{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.name);
  }
  bool operator==(const SetHostname&) const = default;
};

// setdomainname(2): the NIS domain of the UTS namespace.
template <class Text>
struct SetDomainname {
  static constexpr StepKind kKind = StepKind::kSetDomainname;
  Text name{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.name);
  }
  bool operator==(const SetDomainname&) const = default;
};

// Who is killed first when memory runs out: proc_pid_oom_score_adj(5). Lower
// than it was only with CAP_SYS_RESOURCE of the host.
template <class Text>
struct SetOomScore {
  static constexpr StepKind kKind = StepKind::kSetOomScore;
  int32_t score = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.score);
  }
  bool operator==(const SetOomScore&) const = default;
};

// A limit of getrlimit(2): prlimit(2). With `raise_only` the hard limit is
// raised to `hard` if it is lower, and nothing else: as long as there is the
// right to, and without getting in the way of the set-up itself.
template <class Text>
struct SetRlimit {
  static constexpr StepKind kKind = StepKind::kSetRlimit;
  int32_t resource = 0;
  uint64_t soft = 0;
  uint64_t hard = 0;
  bool raise_only = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.resource, self.soft, self.hard, self.raise_only);
  }
  bool operator==(const SetRlimit&) const = default;
};

// sched_setattr(2), Linux 3.14.
template <class Text>
struct SetScheduler {
  static constexpr StepKind kKind = StepKind::kSetScheduler;
  uint32_t policy = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t flags = 0;
  uint64_t runtime = 0;
  uint64_t deadline = 0;
  uint64_t period = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.policy, self.nice, self.priority, self.flags, self.runtime,
          self.deadline, self.period);
  }
  bool operator==(const SetScheduler&) const = default;
};

// ioprio_set(2).
template <class Text>
struct SetIoPriority {
  static constexpr StepKind kKind = StepKind::kSetIoPriority;
  uint32_t io_class = 0;
  uint32_t priority = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.io_class, self.priority);
  }
  bool operator==(const SetIoPriority&) const = default;
};

// Which processors the process may run on: sched_setaffinity(2).
template <class Text>
struct SetCpuAffinity {
  static constexpr StepKind kKind = StepKind::kSetCpuAffinity;
  Numbers<Text, uint64_t> processors{};  // bit n%64 of word n/64
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.processors);
  }
  bool operator==(const SetCpuAffinity&) const = default;
};

// The execution domain, for example that of 32-bit programs: personality(2).
template <class Text>
struct SetPersonality {
  static constexpr StepKind kKind = StepKind::kSetPersonality;
  uint32_t persona = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.persona);
  }
  bool operator==(const SetPersonality&) const = default;
};

// Which memory nodes memory comes from: set_mempolicy(2).
template <class Text>
struct SetMemoryPolicy {
  static constexpr StepKind kKind = StepKind::kSetMemoryPolicy;
  uint32_t mode = 0;                // MPOL_*
  uint32_t flags = 0;               // MPOL_F_*
  Numbers<Text, uint64_t> nodes{};  // bit n%64 of word n/64
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.mode, self.flags, self.nodes);
  }
  bool operator==(const SetMemoryPolicy&) const = default;
};

// Writes a kernel setting of the new namespaces: proc_sys(5). By way of a
// procfs that is checked to be one, and of nothing mounted over it
// (CVE-2025-52881).
template <class Text>
struct SetSysctl {
  static constexpr StepKind kKind = StepKind::kSetSysctl;
  Text path{};  // below /proc/sys, without "." and ".."
  Text value{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.value);
  }
  bool operator==(const SetSysctl&) const = default;
};

// umask(2).
template <class Text>
struct SetUmask {
  static constexpr StepKind kKind = StepKind::kSetUmask;
  uint32_t mask = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.mask);
  }
  bool operator==(const SetUmask&) const = default;
};

// The label that a security module gives the command: proc_pid_attr(5). By way
// of a procfs that is checked to be one (CVE-2019-16884, CVE-2025-52881);
// EOPNOTSUPP when there is no such module, for a label is never left out
// silently.
template <class Text>
struct SetExecLabel {
  static constexpr StepKind kKind = StepKind::kSetExecLabel;
  LabelKind kind = LabelKind::kApparmor;
  Text label{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.kind, self.label);
  }
  bool operator==(const SetExecLabel&) const = default;
};

// A session keyring by this name instead of the caller's, whose keys are its
// own: session-keyring(7).
template <class Text>
struct JoinKeyring {
  static constexpr StepKind kKind = StepKind::kJoinKeyring;
  Text name{};
  Text label{};                 // of SELinux; may be empty
  bool user_namespace = false;  // who searches it is "other" then
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.name, self.label, self.user_namespace);
  }
  bool operator==(const JoinKeyring&) const = default;
};

// Sets the interface "lo" of a new network namespace up, which gives it
// 127.0.0.1 and ::1: SIOCSIFFLAGS of netdevice(7).
template <class Text>
struct BringUpLoopback {
  static constexpr StepKind kKind = StepKind::kBringUpLoopback;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const BringUpLoopback&) const = default;
};

// Sets the propagation of a mount, or with MS_REC of it and all below it:
// mount_namespaces(7), "Shared subtrees".
template <class Text>
struct SetPropagation {
  static constexpr StepKind kKind = StepKind::kSetPropagation;
  Place<Text> target;
  MountFlags propagation;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.target.slot, self.target.path, self.propagation);
  }
  bool operator==(const SetPropagation&) const = default;
};

// Binds the directory onto itself, as pivot_root(2) wants a mount point, and
// opens it as FdSlot::kRootfs.
template <class Text>
struct OpenRootfs {
  static constexpr StepKind kKind = StepKind::kOpenRootfs;
  Text path{};  // absolute, on the host
  MountApi api = MountApi::kDetached;
  // The mount that holds the directory is shared with the host, and is made
  // private first: pivot_root(2) wants that.
  bool leave_peers = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.api, self.leave_peers);
  }
  bool operator==(const OpenRootfs&) const = default;
};

// Mounts a new file system: mount(2). The mount point is created if missing.
// With MS_REMOUNT it changes the one that is there.
template <class Text>
struct MountFilesystem {
  static constexpr StepKind kKind = StepKind::kMountFilesystem;
  Text type{};
  Text source{};  // a name without meaning for most types
  Place<Text> target;
  MountFlags flags;
  Text data{};
  TargetLinks links = TargetLinks::kFollow;
  // A tmpfs: with the permissions of the directory that it covers, if there is
  // one; and with all that is in it.
  bool inherit_mode = false;
  bool copy_up = false;
  // What of the host is bound, with all below it, when the kernel does not let
  // this user namespace mount the type; empty: nothing.
  Text substitute{};
  MountAttributes substitute_attributes;
  MountApi api = MountApi::kDetached;  // of the substitute
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.type, self.source, self.target.slot, self.target.path,
          self.flags, self.data, self.links, self.inherit_mode, self.copy_up,
          self.substitute, self.substitute_attributes, self.api);
  }
  bool operator==(const MountFilesystem&) const = default;
};

// Mounts what is at `source` on `target` as well; the latter is created if
// missing, as a file or a directory like the source. The new mount has the
// attributes of the source's but for the changes.
template <class Text>
struct BindMount {
  static constexpr StepKind kKind = StepKind::kBindMount;
  Place<Text> source;
  Place<Text> target;
  MountAttributes set;
  bool recursive = false;
  MountApi api = MountApi::kDetached;
  MountAttributes cleared;
  // Of all mounts below, too: Linux 5.12. By mount(2) of the upper one only.
  MountAttributes recursive_set;
  MountAttributes recursive_cleared;
  SourceLinks source_links = SourceLinks::kFollow;
  TargetLinks target_links = TargetLinks::kFollow;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.source.slot, self.source.path, self.target.slot,
          self.target.path, self.set, self.recursive, self.api, self.cleared,
          self.recursive_set, self.recursive_cleared, self.source_links,
          self.target_links);
  }
  bool operator==(const BindMount&) const = default;
};

// Changes attributes of the mount at a place: mount_setattr(2), or a bind
// remount with the classic API.
template <class Text>
struct SetMountAttributes {
  static constexpr StepKind kKind = StepKind::kSetMountAttributes;
  Place<Text> target;
  MountAttributes set;
  MountApi api = MountApi::kDetached;
  MountAttributes cleared;
  bool recursive = false;  // of all mounts below, too: Linux 5.12
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.target.slot, self.target.path, self.set, self.api, self.cleared,
          self.recursive);
  }
  bool operator==(const SetMountAttributes&) const = default;
};

// Copies a mount of the host, lets it show other owners (mount_setattr(2),
// "ID-mapped mounts"), and sends it to init's next BindMount from
// FdSlot::kSent. By the parent: it needs CAP_SYS_ADMIN over the file system.
template <class Text>
struct SendMount {
  static constexpr StepKind kKind = StepKind::kSendMount;
  Text source{};  // absolute, on the host
  bool recursive = false;
  bool map_recursive = false;  // the owners below, too
  SourceLinks links = SourceLinks::kFollow;
  // Lines "ON-DISK SHOWN COUNT\n"; empty: those of init's user namespace.
  Text uid_map{};
  Text gid_map{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.source, self.recursive, self.map_recursive, self.links,
          self.uid_map, self.gid_map);
  }
  bool operator==(const SendMount&) const = default;
};

// A device node in the rootfs: mknod(2). One that is there already stays as it
// is; anything else in its place is EEXIST.
template <class Text>
struct MakeDevice {
  static constexpr StepKind kKind = StepKind::kMakeDevice;
  Text path{};
  uint32_t mode = 0;  // type and permissions, as for mknod(2)
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t uid = 0;  // in the container
  uint32_t gid = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.mode, self.major, self.minor, self.uid, self.gid);
  }
  bool operator==(const MakeDevice&) const = default;
};

// A symbolic link in the rootfs; one that is there already stays.
template <class Text>
struct MakeSymlink {
  static constexpr StepKind kKind = StepKind::kMakeSymlink;
  Text path{};
  Text target{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.target);
  }
  bool operator==(const MakeSymlink&) const = default;
};

// Hides a path of the rootfs: a file under /dev/null, a directory under an
// empty read-only tmpfs (OCI linux.maskedPaths). What does not exist needs no
// hiding.
template <class Text>
struct MaskPath {
  static constexpr StepKind kKind = StepKind::kMaskPath;
  Text path{};
  MountApi api = MountApi::kDetached;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.api);
  }
  bool operator==(const MaskPath&) const = default;
};

// Makes the rootfs the root directory and detaches the old root:
// pivot_root(2), the pivot_root(".", ".") idiom.
template <class Text>
struct PivotRoot {
  static constexpr StepKind kKind = StepKind::kPivotRoot;
  // The old root is shared with the host, and is made a slave first: to
  // detach it would unmount the host's file systems.
  bool leave_peers = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.leave_peers);
  }
  bool operator==(const PivotRoot&) const = default;
};

// The same where pivot_root can't be used, on an initramfs: moves the rootfs
// over "/" and changes the root into it. The old root stays below, so every
// procfs and sysfs of it is unmounted first: they would allow a nested user
// namespace to mount one without what is hidden here.
template <class Text>
struct MoveRoot {
  static constexpr StepKind kKind = StepKind::kMoveRoot;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const MoveRoot&) const = default;
};

// Opens a new pseudo-terminal, makes it the controlling terminal and standard
// input, output and error, and sends its other end to the parent: pty(7).
template <class Text>
struct OpenTerminal {
  static constexpr StepKind kKind = StepKind::kOpenTerminal;
  Place<Text> multiplexer;    // /dev/ptmx or /dev/pts/ptmx
  bool bind_console = false;  // show it as /dev/console of the rootfs
  MountApi api = MountApi::kDetached;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.multiplexer.slot, self.multiplexer.path, self.bind_console,
          self.api);
  }
  bool operator==(const OpenTerminal&) const = default;
};

// Takes the other end of the terminal from init, and gives it the caller's
// window size and settings.
template <class Text>
struct ReceiveTerminal {
  static constexpr StepKind kKind = StepKind::kReceiveTerminal;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ReceiveTerminal&) const = default;
};

// Standard input from a null device: the command reads an end of file at once.
template <class Text>
struct NullStdin {
  static constexpr StepKind kKind = StepKind::kNullStdin;
  Place<Text> device;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.device.slot, self.device.path);
  }
  bool operator==(const NullStdin&) const = default;
};

// A directory in the rootfs, with its parents; one that is there already stays.
template <class Text>
struct MakeDirectory {
  static constexpr StepKind kKind = StepKind::kMakeDirectory;
  Text path{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path);
  }
  bool operator==(const MakeDirectory&) const = default;
};

// chdir(2), and a check that the directory is inside the root
// (CVE-2024-21626). With `retry`, behind the change of user, it is for what the
// one before was denied (EACCES), and does nothing otherwise: a directory may
// be open to root only, or, on a network file system, to the user only.
template <class Text>
struct ChangeDirectory {
  static constexpr StepKind kKind = StepKind::kChangeDirectory;
  Text path{};
  bool retry = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.retry);
  }
  bool operator==(const ChangeDirectory&) const = default;
};

// The two halves of a barrier: the awaiting actor goes on when the signalling
// one has come to its step of the same name.
template <class Text>
struct Signal {
  static constexpr StepKind kKind = StepKind::kSignal;
  Text barrier{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.barrier);
  }
  bool operator==(const Signal&) const = default;
};
template <class Text>
struct Await {
  static constexpr StepKind kKind = StepKind::kAwait;
  Text barrier{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.barrier);
  }
  bool operator==(const Await&) const = default;
};

// Runs the hooks of one kind, one after the other; a failure ends the set-up.
template <class Text>
struct RunHooks {
  static constexpr StepKind kKind = StepKind::kRunHooks;
  HookKind hooks = HookKind::kPrestart;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.hooks);
  }
  bool operator==(const RunHooks&) const = default;
};

// Takes DieWithParent back: from here on the container is on record.
template <class Text>
struct OutliveParent {
  static constexpr StepKind kKind = StepKind::kOutliveParent;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const OutliveParent&) const = default;
};

// Waits for whoever starts the container: accept(2) on a socket in the state
// directory. What is still to be reported goes to them.
template <class Text>
struct AwaitStart {
  static constexpr StepKind kKind = StepKind::kAwaitStart;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const AwaitStart&) const = default;
};

// Fails unless there is a file that Exec could execute, so that a container
// with no command is not created. What only the user may see is left to Exec.
template <class Text>
struct FindExecutable {
  static constexpr StepKind kKind = StepKind::kFindExecutable;
  TextList<Text> candidates{};  // as of Exec
  Text command{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.candidates, self.command);
  }
  bool operator==(const FindExecutable&) const = default;
};

// Looks up the home directory of a user in the container's /etc/passwd; "/"
// when there is none. Exec puts it where its environment has an empty HOME.
template <class Text>
struct FindHome {
  static constexpr StepKind kKind = StepKind::kFindHome;
  uint32_t uid = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.uid);
  }
  bool operator==(const FindHome&) const = default;
};

// No exec gives more rights: PR_SET_NO_NEW_PRIVS of prctl(2), Linux 3.5.
template <class Text>
struct NoNewPrivileges {
  static constexpr StepKind kKind = StepKind::kNoNewPrivileges;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const NoNewPrivileges&) const = default;
};

// Loads a filter for system calls: seccomp(2). With `listener` the descriptor
// that notifications come from is sent to the parent, Linux 5.0.
template <class Text>
struct LoadSeccomp {
  static constexpr StepKind kKind = StepKind::kLoadSeccomp;
  Numbers<Text, uint64_t> filter{};  // struct sock_filter each
  uint32_t flags = 0;                // SECCOMP_FILTER_FLAG_*
  bool listener = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.filter, self.flags, self.listener);
  }
  bool operator==(const LoadSeccomp&) const = default;
};

// Drops all but these from the bounding set: capabilities(7). Before the user
// is changed, for it takes CAP_SETPCAP.
template <class Text>
struct LimitCapabilities {
  static constexpr StepKind kKind = StepKind::kLimitCapabilities;
  uint64_t bounding = 0;  // bit n: capability n
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.bounding);
  }
  bool operator==(const LimitCapabilities&) const = default;
};

// Makes the user the owner of the terminal: by descriptor, and without a change
// of its group.
template <class Text>
struct GiveTerminal {
  static constexpr StepKind kKind = StepKind::kGiveTerminal;
  uint32_t uid = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.uid);
  }
  bool operator==(const GiveTerminal&) const = default;
};

// User, group and exactly these supplementary groups, none of the caller's
// (CVE-2022-36109): setgroups(2), setresgid(2), setresuid(2).
template <class Text>
struct SetUser {
  static constexpr StepKind kKind = StepKind::kSetUser;
  uint32_t uid = 0;
  uint32_t gid = 0;
  Numbers<Text, uint32_t> groups{};
  bool keep_capabilities = false;  // SetCapabilities follows
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.uid, self.gid, self.groups, self.keep_capabilities);
  }
  bool operator==(const SetUser&) const = default;
};

// Exactly these capabilities: capset(2), and PR_CAP_AMBIENT of prctl(2), Linux
// 4.3. Sets of capabilities(7), bit n for capability n; what the kernel does
// not know is left out.
template <class Text>
struct SetCapabilities {
  static constexpr StepKind kKind = StepKind::kSetCapabilities;
  uint64_t effective = 0;
  uint64_t permitted = 0;
  uint64_t inheritable = 0;
  uint64_t ambient = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.effective, self.permitted, self.inheritable, self.ambient);
  }
  bool operator==(const SetCapabilities&) const = default;
};

// Closes every descriptor from 3 on, but the one that reports the outcome of
// Exec, which is close-on-exec (CVE-2024-21626): close_range(2). The first
// `preserved` ones the command gets; EBADF when one of them is not there.
template <class Text>
struct CloseFds {
  static constexpr StepKind kKind = StepKind::kCloseFds;
  uint32_t preserved = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.preserved);
  }
  bool operator==(const CloseFds&) const = default;
};

// Becomes the user's command: execve(2) of the first of `candidates` that is
// there, as execvp(3) searches PATH.
template <class Text>
struct Exec {
  static constexpr StepKind kKind = StepKind::kExec;
  TextList<Text> candidates{};
  TextList<Text> argv{};
  TextList<Text> environment{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.candidates, self.argv, self.environment);
  }
  bool operator==(const Exec&) const = default;
};

// Use<...> of every kind of step.
template <template <template <class> class...> class Use>
using AllSteps =
    Use<Clone, DenySetgroups, WriteIdMap, ExecInit, EnterCgroup, JoinNamespaces,
        SendProcess, JoinProcess, NewTimeNamespace, Fork, ReceiveProcess,
        MapIds, BecomeRoot, NewCgroupNamespace, HideMemory, DieWithParent,
        NewSession, ResetSignals, SetHostname, BringUpLoopback, SetDomainname,
        SetOomScore, SetRlimit, SetScheduler, SetIoPriority, SetCpuAffinity,
        SetPersonality, SetMemoryPolicy, SetSysctl, SetUmask, SetExecLabel,
        JoinKeyring, SetPropagation, OpenRootfs, MountFilesystem, BindMount,
        SetMountAttributes, MakeDevice, MakeDirectory, MakeSymlink, MaskPath,
        PivotRoot, MoveRoot, SendMount, OpenTerminal, ReceiveTerminal,
        NullStdin, ChangeDirectory, Signal, Await, RunHooks, OutliveParent,
        AwaitStart, FindExecutable, FindHome, NoNewPrivileges, LoadSeccomp,
        LimitCapabilities, GiveTerminal, SetUser, SetCapabilities, CloseFds,
        Exec>;

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_STEP_H_
