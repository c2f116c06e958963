#include "runtime/container/instance.h"

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/container/bundle.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/systemd_unit.h"
#include "runtime/host/facts.h"
#include "runtime/launch/console_socket.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/launcher.h"
#include "runtime/oci/state_json.h"
#include "runtime/oci/version.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/resources.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::container {
namespace {

absl::Status KillFirst(const state::Process& init) {
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(init);
  if (absl::IsNotFound(pidfd.status())) return absl::OkStatus();  // it ended
  CHM_RETURN_IF_ERROR(pidfd.status());
  const raw::Result sent = raw::PidfdSendSignal(pidfd->get(), SIGKILL);
  if (sent.error() == ESRCH) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(sys::CallStatus(sent));
  return launch::AwaitEnd(pidfd->get());
}

absl::Status EndProcesses(const state::Record& record) {
  if (record.init.pid == 0) {
    // Nothing was started. What is in these cgroups, if they were there before,
    // is not the container's; nor is it known whether they are, until they have
    // been made.
    cgroups::RemoveUnused(record.cgroups);
    cgroups::Directories made = record.cgroups;
    std::erase_if(made, [](const auto& cgroup) { return cgroup.inode == 0; });
    (void)cgroups::Remove(made);
    return absl::OkStatus();
  }
  // The usual end: all processes have gone already. A process is in a cgroup of
  // each hierarchy, so that most often nothing is removed before one is found.
  if (cgroups::RemoveIfEmpty(record.cgroups)) return KillFirst(record.init);
  const bool may_have_left =
      !record.own_pid_namespace || state::IsAlive(record.init);
  if (!record.cgroups.empty() && may_have_left) {
    // Everything at once, and what is frozen too; without a pid namespace of
    // its own the first process would leave the others behind.
    CHM_RETURN_IF_ERROR(cgroups::KillAll(record.cgroups, SIGKILL));
  }
  CHM_RETURN_IF_ERROR(KillFirst(record.init));
  return cgroups::Remove(record.cgroups);
}

}  // namespace

absl::StatusOr<Instance> Open(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(state::Directory directory,
                       state::Directory::Open(runtime.root, id));
  CHM_ASSIGN_OR_RETURN(state::Record record, directory.Load());
  return Instance{std::move(directory), std::move(record)};
}

absl::string_view StatusName(Status status) {
  switch (status) {
    case Status::kCreating:
      return "creating";
    case Status::kCreated:
      return "created";
    case Status::kRunning:
      return "running";
    case Status::kPaused:
      return "paused";
    case Status::kStopped:
      return "stopped";
  }
  return "";
}

absl::StatusOr<Status> StatusOf(const state::Record& record) {
  if (record.phase == state::Phase::kCreating && record.init.pid == 0) {
    return Status::kCreating;
  }
  return state::IsAlive(record.init) ? StatusOfLiving(record)
                                     : Status::kStopped;
}

absl::StatusOr<Status> StatusOfLiving(const state::Record& record) {
  if (record.phase == state::Phase::kStopped) return Status::kStopped;
  if (record.phase == state::Phase::kCreating) return Status::kCreating;
  CHM_ASSIGN_OR_RETURN(const bool frozen, cgroups::IsFrozen(record.cgroups));
  if (frozen) return Status::kPaused;
  return record.phase == state::Phase::kCreated ? Status::kCreated
                                                : Status::kRunning;
}

absl::StatusOr<spec::ContainerSpec> SpecOf(const Runtime& runtime,
                                           const Instance& instance) {
  if (instance.record.bundle.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("container ", instance.record.id,
                     " was made by 'run COMMAND', and has no configuration"));
  }
  CHM_ASSIGN_OR_RETURN(const std::string config,
                       instance.directory.LoadConfig());
  return ParseSpec(runtime, instance.record.bundle, config);
}

std::string HookState(const state::Record& record, Status status, pid_t pid) {
  return oci::StateJson(oci::State{.id = record.id,
                                   .status = std::string(StatusName(status)),
                                   .pid = pid,
                                   .bundle = record.bundle,
                                   .annotations = record.annotations});
}

pid_t InnerPid(const state::Record& record, const spec::ContainerSpec& spec) {
  return spec.namespaces.has(kNewPid) ? 1 : record.init.pid;
}

launch::HookPlace PlaceOf(step::HookKind kind, const state::Record& record,
                          int init) {
  launch::HookPlace place;
  place.directory = record.bundle;
  place.pid = record.init.pid;
  place.pidfd = init;
  if (kind == step::HookKind::kCreateContainer) {
    place.namespaces = launch::HookNamespaces::kContainerHostPath;
    place.directory = record.rootfs;
  }
  return place;
}

absl::Status HandOver(const spec::ContainerSpec& spec,
                      const state::Record& record, int listener) {
  if (!spec.seccomp || spec.seccomp->listener_path.empty()) {
    return absl::InternalError("init sent a listener that nobody asked for");
  }
  return launch::SendSeccompListener(
      spec.seccomp->listener_path, listener,
      launch::ContainerProcessState(
          oci::kOciVersion, record.init.pid, spec.seccomp->listener_metadata,
          HookState(record, Status::kCreating, record.init.pid)));
}

void WarnOfUnapplied(const Runtime& runtime, const spec::Resources& resources,
                     const std::vector<host::CgroupDirectory>& hierarchies) {
  for (const std::string& field : cgroups::NotApplied(resources, hierarchies)) {
    runtime.warn(absl::StrCat("linux.resources.", field,
                              ": this host's cgroups have nothing like it; "
                              "passed over"));
  }
}

absl::Status Halt(const state::Record& record) {
  // Of no use where nobody reaps, but no harm either.
  constexpr int kPatience = 1000;
  CHM_RETURN_IF_ERROR(KillFirst(record.init));
  state::AwaitReaped(record.init, kPatience);
  return absl::OkStatus();
}

absl::Status End(const Runtime& runtime, const state::Record& record) {
  const absl::Status ended = EndProcesses(record);
  // What is left in it, if anything, systemd would end in its own way.
  if (ended.ok()) StopUnit(runtime, record);
  return ended;
}

absl::Status Forget(const Runtime& runtime, Instance& instance,
                    const spec::Hooks& hooks) {
  const absl::Status run =
      launch::RunAllHooks("poststop", hooks.poststop,
                          HookState(instance.record, Status::kStopped, 0),
                          {.directory = instance.record.bundle});
  if (!run.ok()) runtime.warn(run.message());
  return instance.directory.Remove();
}

}  // namespace chmdocker::container
