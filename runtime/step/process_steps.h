// Steps about the process that becomes the command: its session, signals,
// terminal, limits, scheduling and directory, and the command itself. Part of
// step.h.
#ifndef CHMDOCKER_RUNTIME_STEP_PROCESS_STEPS_H_
#define CHMDOCKER_RUNTIME_STEP_PROCESS_STEPS_H_

#include <cstdint>

#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

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

// Which processors the process may run on: sched_setaffinity(2). None stands
// for all that its cgroup lets it have.
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

// Goes on in a new process, while the old one stays as pid 1: it passes signals
// on and reaps what is orphaned. Behind the filter, so that it has no right
// that the command has not.
template <class Text>
struct StayAsInit {
  static constexpr StepKind kKind = StepKind::kStayAsInit;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const StayAsInit&) const = default;
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

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_PROCESS_STEPS_H_
