// Steps that take rights from the command: user, capabilities, filter, labels.
// Part of step.h.
#ifndef CHMDOCKER_RUNTIME_STEP_RIGHTS_STEPS_H_
#define CHMDOCKER_RUNTIME_STEP_RIGHTS_STEPS_H_

#include <cstdint>

#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

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
// own: session-keyring(7). Without a name, one that nobody can join; ENOSYS
// where there are no keyrings, or a filter keeps all that follows from them.
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

// No exec gives more rights: PR_SET_NO_NEW_PRIVS of prctl(2), Linux 3.5.
template <class Text>
struct NoNewPrivileges {
  static constexpr StepKind kKind = StepKind::kNoNewPrivileges;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const NoNewPrivileges&) const = default;
};

// Refuses this process and all that it starts what is not named: landlock(7),
// Linux 5.13. With no_new_privs, which it wants. Paths are the container's, and
// symlinks are followed in its root.
template <class Text>
struct RestrictAccess {
  static constexpr StepKind kKind = StepKind::kRestrictAccess;
  TextList<Text> readable{};
  TextList<Text> writable{};
  Numbers<Text, uint32_t> connect_ports{};
  Numbers<Text, uint32_t> bind_ports{};
  uint64_t files = 0;   // LANDLOCK_ACCESS_FS_* that are refused, if any is
  uint64_t ports = 0;   // LANDLOCK_ACCESS_NET_*, the same
  uint64_t scopes = 0;  // LANDLOCK_SCOPE_*
  uint32_t flags = 0;   // LANDLOCK_RESTRICT_SELF_*
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.readable, self.writable, self.connect_ports, self.bind_ports,
          self.files, self.ports, self.scopes, self.flags);
  }
  bool operator==(const RestrictAccess&) const = default;
};

// Sends init the filter that its LoadSeccomp shall load. It is made only now,
// while init is busy: with mounts, or with its own start.
template <class Text>
struct SendFilter {
  static constexpr StepKind kKind = StepKind::kSendFilter;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const SendFilter&) const = default;
};

// Takes the filter of SendFilter.
template <class Text>
struct ReceiveFilter {
  static constexpr StepKind kKind = StepKind::kReceiveFilter;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ReceiveFilter&) const = default;
};

// Loads a filter for system calls: seccomp(2); without instructions the one
// that was received. With `listener` the descriptor that notifications come
// from is sent to the parent, Linux 5.0.
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

// User, group and exactly these supplementary groups, none of the caller's
// (CVE-2022-36109): setgroups(2), setresgid(2), setresuid(2).
template <class Text>
struct SetUser {
  static constexpr StepKind kKind = StepKind::kSetUser;
  uint32_t uid = 0;
  uint32_t gid = 0;
  Numbers<Text, uint32_t> groups{};
  bool keep_capabilities = false;  // SetCapabilities follows
  bool groups_optional = false;    // where setgroups(2) is denied, none
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.uid, self.gid, self.groups, self.keep_capabilities,
          self.groups_optional);
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

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_RIGHTS_STEPS_H_
