#include "runtime/launch/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/init/slots.h"
#include "runtime/launch/child.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/packet.h"
#include "runtime/launch/seal.h"
#include "runtime/launch/signals.h"
#include "runtime/mounts/sent_mount.h"
#include "runtime/namespaces/id_maps.h"
#include "runtime/step/encode.h"
#include "runtime/step/explain.h"
#include "runtime/step/message.h"
#include "runtime/step/report.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

using step::Actor;
using step::MessageKind;
using Text = std::string;

// What the vforked child runs on. Its deepest call writes one small file.
constexpr size_t kChildStack = size_t{32} * 1024;

uint32_t PreservedBy(const step::SetupPlan& plan) {
  for (const step::TimelineEntry& entry : plan.timeline) {
    if (const auto* close = std::get_if<step::CloseFds<Text>>(&entry.step)) {
      return close->preserved;
    }
  }
  return 0;
}

class Launcher {
 public:
  Launcher(const step::SetupPlan& plan, const LaunchHooks& hooks)
      : plan_(plan), hooks_(hooks) {}

  absl::StatusOr<Launched> Run() {
    CHM_RETURN_IF_ERROR(Start());
    absl::Status status = RunParentSteps();
    // Behind AwaitStart init tells the one who starts it.
    const bool gated = step::Has(plan_, step::StepKind::kAwaitStart);
    if (status.ok() && !gated) status = AwaitExec();
    if (!status.ok()) {
      End();
      return status;
    }
    return std::move(launched_);
  }

 private:
  // Clone, and with it the child's steps: they are over when the call returns.
  absl::Status Start() {
    std::vector<uint64_t> image =
        step::EncodePlan(plan_, hooks_.on_step != nullptr);
    CHM_ASSIGN_OR_RETURN(const SealedInit init, SealInit(image));
    int ends[2] = {-1, -1};
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::SocketPair(ends)));
    channel_.reset(ends[0]);
    const UniqueFd child_channel(ends[1]);
    const init::SlotText slots = init::FormatSlots(
        {child_channel.get(), std::max(hooks_.start_socket, 0), init.file.get(),
         static_cast<long>(init.plan_offset),
         static_cast<long>(init.plan_size)});
    const char* const argv[] = {"chmdocker-init", slots.data(), nullptr};
    ChildArguments arguments;
    arguments.plan_image = image.data();
    arguments.plan_size = init.plan_size;
    arguments.channel = child_channel.get();
    arguments.init = init.file.get();
    arguments.preserved = PreservedBy(plan_);
    arguments.start = hooks_.start_socket;
    arguments.init_argv = argv;
    std::copy(hooks_.stdio.begin(), hooks_.stdio.end(), arguments.stdio);
    const uint64_t start = Now();
    int pidfd = -1;
    const raw::Result cloned = Clone(arguments, &pidfd);
    if (!cloned.ok()) return StepError(plan_, 0, cloned, "");
    launched_.pid = static_cast<pid_t>(cloned.value);
    launched_.pidfd.reset(pidfd);
    Done(0, 0, Now() - start);
    if (!arguments.failed && hooks_.on_init_started) hooks_.on_init_started();
    return absl::OkStatus();
  }

  // Into the cgroup if that can be: not before Linux 5.7, nor where it is full
  // or not ours to give, which the child shall find out in the usual way.
  raw::Result Clone(ChildArguments& arguments, int* pidfd) {
    alignas(16) static char stack[kChildStack];
    const step::Clone<Text>& step = step::CloneOf(plan_);
    const auto clone = [&](int cgroup) {
      return raw::CloneVfork(step.namespaces, cgroup, stack, sizeof(stack),
                             RunChild, &arguments, pidfd);
    };
    if (step.cgroup.empty()) return clone(-1);
    const UniqueFd cgroup(raw::OpenAt(AT_FDCWD, step.cgroup.c_str(),
                                      O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
                              .fd());
    if (cgroup.valid()) {
      const raw::Result cloned = clone(cgroup.get());
      if (cloned.ok()) return cloned;
    }
    const std::string file = absl::StrCat(step.cgroup, "/cgroup.procs");
    arguments.cgroup_file = file.c_str();
    return clone(-1);
  }

  absl::Status TellProcess() {
    return hooks_.on_process ? hooks_.on_process(launched_) : absl::OkStatus();
  }

  absl::Status RunParentSteps() {
    if (hooks_.on_clone) CHM_RETURN_IF_ERROR(hooks_.on_clone(launched_.pid));
    if (!step::Has(plan_, step::StepKind::kFork)) {
      CHM_RETURN_IF_ERROR(TellProcess());
    }
    for (size_t i = 1; i < plan_.timeline.size(); ++i) {
      if (plan_.timeline[i].actor != Actor::kParent) continue;
      const uint64_t start = Now();
      CHM_RETURN_IF_ERROR(RunParentStep(i));
      Done(i, 0, Now() - start);
    }
    return absl::OkStatus();
  }

  // The other kinds never get here: CheckPlan gives them to other actors.
  absl::Status RunParentStep(size_t index) {
    const step::Step& step = plan_.timeline[index].step;
    const step::StepKind kind = step::KindOf(step);
    if (kind == step::StepKind::kReceiveTerminal) return ReceiveTerminal();
    if (kind == step::StepKind::kReceiveProcess) return ReceiveProcess();
    if (kind == step::StepKind::kAwait) {
      return Await(MessageKind::kSignal).status();
    }
    if (kind == step::StepKind::kSignal) {
      return Send(index, MessageKind::kSignal, -1);
    }
    if (kind == step::StepKind::kSendProcess) {
      if (next_joined_ == hooks_.joined_processes.size()) {
        return absl::InternalError("there is no process to join");
      }
      return Send(index, MessageKind::kProcess,
                  hooks_.joined_processes[next_joined_++]);
    }
    if (const auto* map = std::get_if<step::MapIds<Text>>(&step)) {
      return MapIds(*map);
    }
    if (const auto* run = std::get_if<step::RunHooks<Text>>(&step)) {
      return hooks_.on_hooks(run->hooks, launched_);
    }
    if (kind == step::StepKind::kSendMount) return SendMount(index);
    if (kind == step::StepKind::kSendFilter) return SendFilter(index);
    return absl::InternalError(
        absl::StrCat("no step of the parent: ", step::KindName(kind)));
  }

  absl::Status MapIds(const step::MapIds<Text>& step) {
    CHM_RETURN_IF_ERROR(
        OrElse(namespaces::WriteUserMap, step.users, step.else_user));
    return OrElse(namespaces::WriteGroupMap, step.groups, step.else_group);
  }
  absl::Status OrElse(absl::Status (*write)(pid_t, const std::string&),
                      const std::string& map, const std::string& weaker) {
    absl::Status wrote = write(launched_.pid, map);
    if (wrote.ok() || weaker.empty()) return wrote;
    Weaker(absl::StrCat("only the caller's own id is mapped, for ",
                        wrote.message()));
    return write(launched_.pid, weaker);
  }

  void Weaker(absl::string_view what) {
    if (hooks_.on_weaker) hooks_.on_weaker(what);
  }

  // The one who forked it exits; what it was to become is the new one.
  absl::Status ReceiveProcess() {
    CHM_ASSIGN_OR_RETURN(const Packet packet, Await(MessageKind::kForked));
    const pid_t old = launched_.pid;
    const pid_t pid = packet.message.error;
    siginfo_t info;
    // Only a child of ours can't be another process by now.
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Call(SYS_waitid, P_PID, pid, &info,
                                  WEXITED | WNOHANG | WNOWAIT, nullptr),
                        "of the process that init forked"));
    CHM_ASSIGN_OR_RETURN(launched_.pidfd, sys::CallFd(raw::PidfdOpen(pid)));
    launched_.pid = pid;
    (void)raw::Call(SYS_waitid, P_PID, old, &info, WEXITED, nullptr);
    return TellProcess();
  }

  absl::Status ReceiveTerminal() {
    CHM_ASSIGN_OR_RETURN(Packet packet, Await(MessageKind::kTerminal));
    launched_.terminal = std::move(packet.fd);
    return hooks_.on_terminal ? hooks_.on_terminal(launched_.terminal.get())
                              : absl::OkStatus();
  }

  absl::Status Send(size_t index, MessageKind kind, int fd) {
    step::Message message;
    message.step = static_cast<uint16_t>(index);
    message.kind = kind;
    return Sent(
        raw::SendMessage(channel_.get(), &message, sizeof(message), fd));
  }

  absl::Status SendMount(size_t index) {
    const auto& step =
        std::get<step::SendMount<Text>>(plan_.timeline[index].step);
    const raw::Result made = mounts::MakeSentMount(step, launched_.pid);
    if (!made.ok()) return StepError(plan_, index, made, "");
    const UniqueFd mount(made.fd());
    return Sent(step::PassMount(channel_.get(), static_cast<uint16_t>(index),
                                mount.get()));
  }

  absl::Status SendFilter(size_t index) {
    if (!hooks_.make_filter) {
      return absl::InternalError("nobody makes the filter");
    }
    CHM_ASSIGN_OR_RETURN(const step::LoadSeccomp<Text> filter,
                         hooks_.make_filter());
    // Init would neither pass a listener on nor load nothing.
    if (filter.listener || filter.filter.empty()) {
      return absl::InternalError("that filter can't be sent");
    }
    step::Message message;
    message.step = static_cast<uint16_t>(index);
    message.kind = MessageKind::kFilter;
    message.error = static_cast<int32_t>(filter.flags);
    std::vector<uint64_t> packet(sizeof(message) / sizeof(uint64_t));
    std::memcpy(packet.data(), &message, sizeof(message));
    packet.insert(packet.end(), filter.filter.begin(), filter.filter.end());
    return Sent(raw::SendMessage(channel_.get(), packet.data(),
                                 packet.size() * sizeof(uint64_t)));
  }

  // What became of a message to init. If init is gone, what it said last, or
  // that it said nothing, is the reason.
  absl::Status Sent(raw::Result sent) {
    if (sent.error() == EPIPE || sent.error() == ECONNRESET) {
      return Await(MessageKind::kFailed).status();
    }
    return sys::CallStatus(sent, "to init");
  }

  // The next message of this kind; failures end the wait.
  absl::StatusOr<Packet> Await(MessageKind kind) {
    for (;;) {
      CHM_ASSIGN_OR_RETURN(Packet packet, Receive());
      if (packet.end) return DiedEarly();
      CHM_RETURN_IF_ERROR(Notice(packet));
      if (packet.message.kind == kind) return packet;
    }
  }

  // Reads until init becomes the command, which closes its end.
  absl::Status AwaitExec() {
    for (;;) {
      CHM_ASSIGN_OR_RETURN(const Packet packet, Receive());
      if (packet.end) break;
      CHM_RETURN_IF_ERROR(Notice(packet));
    }
    if (!about_to_exec_) return DiedEarly();
    InitIsRunning();
    ReportSilent(plan_.timeline.size() - 1);
    Report({plan_.timeline.size() - 1, 0, std::nullopt});
    return absl::OkStatus();
  }

  absl::Status Notice(const Packet& packet) {
    const step::Message& message = packet.message;
    if (message.step >= plan_.timeline.size()) {
      return absl::InternalError("init speaks of a step that is not planned");
    }
    if (plan_.timeline[message.step].actor == Actor::kInit) InitIsRunning();
    if (message.kind == MessageKind::kFailed) {
      return StepError(
          plan_, message.step,
          raw::Failure(message.error, static_cast<long>(message.syscall)),
          packet.note);
    }
    if (message.kind == MessageKind::kWeaker) {
      Weaker(message.error == step::kWithWeakerData
                 ? "/proc shows processes only, no settings: the kernel allows "
                   "no other where parts of the caller's own are hidden"
                 : "/proc is the caller's, and shows the processes outside: "
                   "the kernel allows no other where parts of it are hidden, "
                   "or without a pid namespace of its own; --require "
                   "fresh-proc refuses it");
      return absl::OkStatus();
    }
    if (message.kind == MessageKind::kSeccompListener) {
      if (!packet.fd.valid() || !hooks_.on_seccomp_listener) {
        return absl::InternalError("init has no listener to send");
      }
      CHM_RETURN_IF_ERROR(hooks_.on_seccomp_listener(packet.fd.get()));
    }
    about_to_exec_ |= step::KindOf(plan_.timeline[message.step].step) ==
                      step::StepKind::kCloseFds;
    ReportSilent(message.step);
    if (message.kind == MessageKind::kDone) {
      Done(message.step, message.error, message.microseconds * 1000ULL);
    } else {
      Report({message.step, 0, std::nullopt});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Packet> Receive() {
    CHM_RETURN_IF_ERROR(WaitForChannel());
    return ReceivePacket(channel_.get());
  }

  // Sleeps until the channel has something, or nobody holds its other end any
  // more; a signal that would end chmdocker ends the set-up, which may hang on
  // a dead network file system.
  absl::Status WaitForChannel() {
    for (;;) {
      pollfd fds[] = {{channel_.get(), POLLIN, 0},
                      {hooks_.interrupt_fd, POLLIN, 0}};
      const raw::Result ready =
          raw::Call(SYS_ppoll, fds, 2, nullptr, nullptr, 0);
      if (ready.error() == EINTR) continue;
      CHM_RETURN_IF_ERROR(sys::CallStatus(ready));
      if (fds[0].revents != 0) return absl::OkStatus();
      signalfd_siginfo info;
      const raw::Result got =
          raw::Read(hooks_.interrupt_fd, &info, sizeof(info));
      if (!got.ok()) continue;
      const int signal = static_cast<int>(info.ssi_signo);
      if (EndsByDefault(signal)) return Interrupted(signal);
    }
  }

  // The child is gone without a word: killed from outside, by the out-of-memory
  // killer for example.
  absl::Status DiedEarly() {
    return absl::AbortedError(
        "chmdocker-init was killed while it set the container up");
  }

  // Kills and reaps what was started.
  void End() { KillAndReap(launched_); }

  // The first sign of init is that its exec worked.
  void InitIsRunning() {
    if (std::exchange(init_runs_, true)) return;
    for (size_t i = 0; i < plan_.timeline.size(); ++i) {
      if (step::KindOf(plan_.timeline[i].step) == step::StepKind::kExecInit) {
        Report({i, 0, std::nullopt});
      }
    }
  }

  // Steps before `end` of which init says nothing (TellsByItself of
  // init/executor.cc): what comes behind them says that they worked.
  void ReportSilent(size_t end) {
    for (; next_silent_ < end; ++next_silent_) {
      const step::Step& step = plan_.timeline[next_silent_].step;
      const auto* filter = std::get_if<step::LoadSeccomp<Text>>(&step);
      if (step::KindOf(step) == step::StepKind::kStayAsInit ||
          (filter != nullptr && !filter->listener)) {
        Report({next_silent_, 0, std::nullopt});
      }
    }
  }

  // The clock, if anybody wants to know how long a step takes.
  uint64_t Now() const {
    return hooks_.on_step ? raw::MonotonicNanoseconds() : 0;
  }
  void Done(size_t index, int error, uint64_t nanoseconds) {
    Report({index, error, static_cast<uint32_t>(nanoseconds / 1000)});
  }
  void Report(const StepOutcome& outcome) {
    if (hooks_.on_step) hooks_.on_step(outcome);
  }

  const step::SetupPlan& plan_;
  const LaunchHooks& hooks_;
  UniqueFd channel_;
  Launched launched_;
  bool init_runs_ = false;
  bool about_to_exec_ = false;
  size_t next_silent_ = 0;
  size_t next_joined_ = 0;
};

}  // namespace

void KillAndReap(const Launched& launched) {
  (void)raw::SendSignalTo(launched.pidfd.get(), launched.pid, SIGKILL);
  (void)AwaitEnd(launched.pidfd.get());
  siginfo_t info;
  (void)raw::Call(SYS_waitid, P_PID, launched.pid, &info, WEXITED | WNOHANG,
                  nullptr);
}

absl::Status AwaitEnd(int pidfd) {
  // A pidfd is readable once its process has ended: pidfd_open(2).
  constexpr timespec kLongest = {10, 0};
  pollfd ended = {pidfd, POLLIN, 0};
  raw::Result ready;
  do {
    ready = raw::Call(SYS_ppoll, &ended, 1, &kLongest, nullptr, 0);
  } while (ready.error() == EINTR);
  CHM_RETURN_IF_ERROR(sys::CallStatus(ready));
  if (ready.value > 0) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "a killed process does not end; a cgroup above it is frozen, or it waits "
      "for a device or file system");
}

absl::StatusOr<Launched> Launch(const step::SetupPlan& plan,
                                const LaunchHooks& hooks) {
  return Launcher(plan, hooks).Run();
}

}  // namespace chmdocker::launch
