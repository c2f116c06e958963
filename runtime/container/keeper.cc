#include "runtime/container/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/keeper_report.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/container/run.h"
#include "runtime/launch/become_monitor.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/monitor/attach_message.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// The standard streams of a container, both sides.
struct Stdio {
  launch::Streams ours;
  UniqueFd input, output, error;  // the container's
  std::array<int, 3> fds() const {
    return {input.get(), output.get(), error.get()};
  }
};

absl::StatusOr<Stdio> MakeStdio(const state::Kept& kept) {
  Stdio stdio;
  if (kept.terminal) return stdio;
  CHM_ASSIGN_OR_RETURN(sys::Pipe output, sys::MakePipe());
  CHM_ASSIGN_OR_RETURN(sys::Pipe error, sys::MakePipe());
  stdio.ours.output = std::move(output.read);
  stdio.output = std::move(output.write);
  stdio.ours.error = std::move(error.read);
  stdio.error = std::move(error.write);
  if (kept.stdin_open) {
    CHM_ASSIGN_OR_RETURN(sys::Pipe input, sys::MakePipe());
    stdio.input = std::move(input.read);
    stdio.ours.input = std::move(input.write);
    return stdio;
  }
  CHM_ASSIGN_OR_RETURN(stdio.input,
                       sys::CallFd(raw::OpenAt(AT_FDCWD, "/dev/null", O_RDONLY),
                                   "\"/dev/null\""));
  return stdio;
}

std::vector<std::string> EndedWords(const Runtime& runtime,
                                    const std::string& id) {
  std::vector<std::string> words = {"--root", runtime.root, "--data-root",
                                    runtime.data_root};
  if (runtime.no_cgroup) {
    words.insert(words.end(), {"--cgroup-manager", "disabled"});
  }
  words.insert(words.end(), {kEndedCommand, id});
  return words;
}

absl::StatusOr<UniqueFd> ListenForAttach(const Instance& instance) {
  (void)raw::UnlinkAt(instance.directory.fd(), monitor::kAttachSocket, 0);
  CHM_ASSIGN_OR_RETURN(
      UniqueFd socket,
      launch::BindAt(
          absl::StrCat(instance.directory.path(), "/", monitor::kAttachSocket),
          SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Call(SYS_listen, socket.get(), SOMAXCONN), "to attach"));
  return socket;
}

// One run, up to where its monitor begins.
class Keeping {
 public:
  Keeping(const Runtime& runtime, const Describe& describe,
          const Starter& starter)
      : runtime_(runtime), describe_(describe), starter_(starter) {}

  // Returns only on failure. The instance is gone then.
  absl::Status Run(Instance instance) {
    CHM_RETURN_IF_ERROR(Announce(instance));
    CHM_ASSIGN_OR_RETURN(Description description, describe_(instance.record));
    CHM_ASSIGN_OR_RETURN(Stdio stdio, MakeStdio(*instance.record.kept));
    instance.record.kept->init = description.spec.process.init;
    Observer observer;
    observer.on_note = [this](absl::string_view note) { runtime_.warn(note); };
    CHM_ASSIGN_OR_RETURN(
        Detached detached,
        StartDetached(runtime_, description.spec, description.wishes, observer,
                      std::move(instance), stdio.fds()));
    absl::Status status = HandOver(detached, std::move(stdio));
    launch::KillAndReap(detached.launched);
    return status;
  }

 private:
  absl::Status HandOver(Detached& detached, Stdio stdio) {
    Instance& instance = detached.instance;
    const state::Kept& kept = *instance.record.kept;
    CHM_RETURN_IF_ERROR(instance.directory.Save(instance.record));
    launch::MonitorPart part;
    part.pid = detached.launched.pid;
    part.streams = std::move(stdio.ours);
    if (kept.terminal) {
      part.streams.output = std::move(detached.launched.terminal);
      part.streams.terminal = true;
    }
    CHM_ASSIGN_OR_RETURN(part.listener, ListenForAttach(instance));
    // Opened anew: the lock stays with the descriptor.
    CHM_ASSIGN_OR_RETURN(const UniqueFd directory,
                         sys::CallFd(raw::OpenAt(instance.directory.fd(), ".",
                                                 O_RDONLY | O_DIRECTORY),
                                     sys::Quoted(instance.directory.path())));
    part.directory = directory.get();
    part.client = starter_.client;
    part.log_size = kept.log_size;
    part.log_files = kept.log_files;
    part.words = EndedWords(runtime_, instance.record.id);
    TellOf(runtime_, instance.record, "start");
    if (starter_.report >= 0) Report(starter_.report, absl::OkStatus());
    return launch::BecomeMonitor(part);
  }

  const Runtime& runtime_;
  const Describe& describe_;
  const Starter& starter_;
};

void TellOfEnd(const Runtime& runtime, const state::Record& record) {
  const state::Kept& kept = *record.kept;
  if (kept.oom_kills > 0) TellOf(runtime, record, "oom");
  EventAttributes how;
  if (kept.exit_code >= 0) {
    how.emplace_back("exitCode", absl::StrCat(kept.exit_code));
  }
  TellOf(runtime, record, "die", std::move(how));
}

}  // namespace

absl::Status NotKept(const std::string& id) {
  return absl::FailedPreconditionError(
      absl::StrCat("container ", id, " is not kept"));
}

absl::Status Announce(Instance& instance) {
  state::Kept& kept = *instance.record.kept;
  kept.error.clear();
  kept.exit_code = -1;
  kept.oom_kills = 0;
  kept.refused_forks = 0;
  instance.record.phase = state::Phase::kCreating;
  instance.record.init = {};
  CHM_ASSIGN_OR_RETURN(instance.record.monitor, state::Identify(getpid()));
  CHM_RETURN_IF_ERROR(instance.directory.Reserve());
  return instance.directory.Save(instance.record);
}

void RecordFailure(const Runtime& runtime, const std::string& id,
                   const absl::Status& failure, const Starter& starter) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  absl::StatusOr<Instance> instance = Open(kept_runtime, id);
  if (!instance.ok() || !instance->record.kept) return;
  constexpr int kFailure = 125;
  instance->record.kept->error = std::string(failure.message());
  // Told of the failure, the caller may remove the container before this
  // process has ended. One that was to start again waits for its next turn: it
  // is not to be started beside this monitor.
  if (starter.report >= 0) instance->record.monitor = {};
  const absl::Status settled =
      Settle(kept_runtime, *instance, kFailure, /*events=*/{});
  if (!settled.ok()) runtime.warn(settled.message());
}

bool ShallCopy(const Runtime& runtime, const std::string& id,
               const absl::Status& failure) {
  const std::optional<launch::StepFailure> step =
      launch::StepFailureOf(failure);
  if (!step || step->kind != step::StepKind::kMountOverlay) return false;
  absl::StatusOr<Instance> instance = Open(KeptRuntime(runtime), id);
  if (!instance.ok() || !instance->record.kept ||
      instance->record.kept->copied) {
    return false;
  }
  runtime.warn(
      absl::StrCat("the image's files are copied for this container, for its "
                   "layers can't be mounted: ",
                   failure.message()));
  instance->record.kept->copied = true;
  return instance->directory.Save(instance->record).ok();
}

absl::Status Keep(const Runtime& runtime, Instance instance,
                  const Describe& describe, const Starter& starter) {
  const std::string id = instance.record.id;
  Keeping keeping(runtime, describe, starter);
  absl::Status failure = keeping.Run(std::move(instance));
  if (ShallCopy(runtime, id, failure)) {
    absl::StatusOr<Instance> again = Open(KeptRuntime(runtime), id);
    failure = again.ok() ? keeping.Run(*std::move(again)) : again.status();
  }
  RecordFailure(runtime, id, failure, starter);
  return failure;
}

absl::Status KeepWaiting(const Runtime& runtime, const std::string& id,
                         uint32_t milliseconds) {
  launch::MonitorPart part;
  part.delay = milliseconds;
  part.words = EndedWords(runtime, id);
  return launch::BecomeMonitor(part);
}

absl::Status Settle(const Runtime& kept_runtime, Instance& instance,
                    int exit_code, const cgroups::LimitEvents& events) {
  state::Record& record = instance.record;
  const bool has_run = record.phase == state::Phase::kStarted;
  CHM_RETURN_IF_ERROR(End(kept_runtime, record));
  (void)raw::UnlinkAt(instance.directory.fd(), monitor::kAttachSocket, 0);
  record.phase = state::Phase::kStopped;
  record.cgroups.clear();
  record.kept->exit_code = exit_code;
  record.kept->oom_kills = events.oom_kills;
  record.kept->refused_forks = events.refused_forks;
  record.kept->finished = Now();
  CHM_RETURN_IF_ERROR(instance.directory.Save(record));
  if (has_run) TellOfEnd(kept_runtime, record);
  return absl::OkStatus();
}

}  // namespace chmdocker::container
