// Steps that make or join namespaces and cgroups, and set what belongs to them.
// Part of step.h.
#ifndef CHMDOCKER_RUNTIME_STEP_NAMESPACE_STEPS_H_
#define CHMDOCKER_RUNTIME_STEP_NAMESPACE_STEPS_H_

#include "runtime/base/flags.h"
#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

// Starts the child in new namespaces: clone3(2). With `cgroup`, the directory
// of a cgroup of v2, it is born in that (CLONE_INTO_CGROUP, Linux 5.7): to
// enter later by cgroup.procs waits for a grace period of the kernel. Where it
// can't be, the child does that all the same.
template <class Text>
struct Clone {
  static constexpr StepKind kKind = StepKind::kClone;
  CloneFlags namespaces;
  Text cgroup{};  // absolute, on the host; empty: none
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.namespaces, self.cgroup);
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

// Gives up all supplementary groups: setgroups(2). Before a user namespace is
// joined, in which that may be forbidden and they would stay (CVE-2022-2995).
template <class Text>
struct LeaveGroups {
  static constexpr StepKind kKind = StepKind::kLeaveGroups;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const LeaveGroups&) const = default;
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

// Makes a time namespace with these offsets and enters it:
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
// CLONE_PARENT. What joins a pid namespace is a child only, and a user
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

// Writes both id maps of the user namespace that Fork made, by newuidmap(1) and
// newgidmap(1) where the caller may not: user_namespaces(7). Where they refuse,
// a map of one id takes the place, if there is one.
template <class Text>
struct MapIds {
  static constexpr StepKind kKind = StepKind::kMapIds;
  Text users{};   // lines "INSIDE OUTSIDE COUNT\n"
  Text groups{};  // the same
  Text else_user{};
  Text else_group{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.users, self.groups, self.else_user, self.else_group);
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

// Sets the interface "lo" of a new network namespace up, which gives it
// 127.0.0.1 and ::1: SIOCSIFFLAGS of netdevice(7).
template <class Text>
struct BringUpLoopback {
  static constexpr StepKind kKind = StepKind::kBringUpLoopback;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const BringUpLoopback&) const = default;
};

// Writes a kernel setting of the new namespaces: proc_sys(5). By way of a
// procfs of its own, or else of one that is checked to be one, and of nothing
// mounted over it (CVE-2025-52881).
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

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_NAMESPACE_STEPS_H_
