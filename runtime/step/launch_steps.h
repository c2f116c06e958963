// Steps by which chmdocker and init start, wait for and outlive each other.
// Part of step.h.
#ifndef CHMDOCKER_RUNTIME_STEP_LAUNCH_STEPS_H_
#define CHMDOCKER_RUNTIME_STEP_LAUNCH_STEPS_H_

#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

// Becomes chmdocker-init, from a sealed memfd: nothing of the host's binary is
// reachable from the container (CVE-2019-5736).
template <class Text>
struct ExecInit {
  static constexpr StepKind kKind = StepKind::kExecInit;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ExecInit&) const = default;
};

// Sends init a pidfd of the process whose namespaces it is to join.
template <class Text>
struct SendProcess {
  static constexpr StepKind kKind = StepKind::kSendProcess;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const SendProcess&) const = default;
};

// Learns the process that Fork made, and reaps the one that made it.
template <class Text>
struct ReceiveProcess {
  static constexpr StepKind kKind = StepKind::kReceiveProcess;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const ReceiveProcess&) const = default;
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

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_LAUNCH_STEPS_H_
