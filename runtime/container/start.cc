#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/container/diagnosis.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/setup.h"
#include "runtime/container/start_hooks.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/notify_socket.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/starter.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {
namespace {

absl::Status CheckCreated(const std::string& id, Status status) {
  if (status == Status::kCreated) return absl::OkStatus();
  if (status == Status::kStopped) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot start a container that has stopped: ", id));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("cannot start container ", id, ": it is ",
                   StatusName(status), " already"));
}

// The plan that Create made, for the text of an error.
absl::StatusOr<step::SetupPlan> PlanOfCreate(const Runtime& runtime,
                                             const Instance& instance) {
  CHM_ASSIGN_OR_RETURN(const spec::ContainerSpec spec,
                       SpecOf(runtime, instance));
  CHM_ASSIGN_OR_RETURN(host::HostFacts facts, host::ProbeHost());
  CHM_ASSIGN_OR_RETURN(facts.cgroup_mounts, cgroups::FindHierarchies());
  SetupMode mode;
  mode.outlives_caller = true;
  mode.gated = true;
  return PlanFor(runtime, spec, instance.record, {}, mode, facts);
}

absl::Status RunHooksOfImage(const Instance& instance,
                             const spec::ContainerSpec& spec) {
  if (spec.hooks.start_container.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                       launch::SignalFd::Create());
  return RunStartHooks(instance.record, spec, signals.fd());
}

absl::Status LetGo(const Runtime& runtime, Instance& instance,
                   const spec::ContainerSpec& spec) {
  CHM_RETURN_IF_ERROR(RunHooksOfImage(instance, spec));
  CHM_RETURN_IF_ERROR(launch::StartAt(
      // By the directory that is locked, whatever its path leads to by now.
      absl::StrCat("/proc/self/fd/", instance.directory.fd(), "/",
                   state::kStartSocket),
      {.make_plan = [&] { return PlanOfCreate(runtime, instance); },
       .on_seccomp_listener =
           [&](int listener) {
             return HandOver(spec, instance.record, listener);
           }}));
  instance.record.phase = state::Phase::kStarted;
  return instance.directory.Save(instance.record);
}

}  // namespace

absl::Status RunPoststartHooks(const Runtime& runtime, Instance& instance,
                               const spec::Hooks& hooks) {
  absl::Status run = launch::RunHooks(
      "poststart", hooks.poststart,
      HookState(instance.record, Status::kRunning, instance.record.init.pid),
      {.directory = instance.record.bundle});
  if (run.ok()) return run;
  // runtime-spec 1.3: the container is stopped and goes the way of all that
  // end.
  CHM_RETURN_IF_ERROR(End(runtime, instance.record));
  CHM_RETURN_IF_ERROR(Forget(runtime, instance, hooks));
  return run;
}

absl::StatusOr<std::optional<launch::NotifyRelay>> RelayFor(
    const Runtime& runtime, const state::Directory& directory) {
  if (runtime.notify_socket.empty()) return std::nullopt;
  CHM_ASSIGN_OR_RETURN(const std::string path, directory.MakeNotifyDirectory());
  CHM_ASSIGN_OR_RETURN(
      launch::NotifyRelay relay,
      launch::NotifyRelay::Create(path, runtime.notify_socket));
  return relay;
}

absl::Status AwaitReady(launch::NotifyRelay& relay, Instance& instance) {
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(instance.record.init);
  if (!pidfd.ok()) return absl::OkStatus();  // it has ended already
  // Who wants to end the container need not wait for it.
  instance.directory.Unlock();
  CHM_RETURN_IF_ERROR(
      relay.HandleUntilReady(instance.record.init.pid, pidfd->get()));
  return relay.Flush();
}

absl::Status Start(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  CHM_RETURN_IF_ERROR(CheckCreated(id, status));
  spec::ContainerSpec spec;
  if (instance.record.start_needs_config) {
    CHM_ASSIGN_OR_RETURN(spec, SpecOf(runtime, instance));
  }
  CHM_ASSIGN_OR_RETURN(std::optional<launch::NotifyRelay> relay,
                       RelayFor(runtime, instance.directory));
  if (absl::Status failed = LetGo(runtime, instance, spec); !failed.ok()) {
    const absl::Status halted = Halt(instance.record);
    if (!halted.ok()) runtime.warn(halted.message());
    return failed;
  }
  CHM_RETURN_IF_ERROR(RunPoststartHooks(runtime, instance, spec.hooks));
  return relay ? AwaitReady(*relay, instance) : absl::OkStatus();
}

}  // namespace chmdocker::container
