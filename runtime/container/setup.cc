#include "runtime/container/setup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/container/bundle.h"
#include "runtime/container/capabilities.h"
#include "runtime/container/creation_checks.h"
#include "runtime/container/diagnosis.h"
#include "runtime/container/filter.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/make_cgroups.h"
#include "runtime/container/start_hooks.h"
#include "runtime/container/systemd_unit.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/launch/console_socket.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/listen_fds.h"
#include "runtime/launch/notify_socket.h"
#include "runtime/launch/pid_file.h"
#include "runtime/launch/starter.h"
#include "runtime/launch/terminal.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/namespaces/net_devices.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// Whether Start has more to do than to let the command go.
bool StartNeeds(const spec::ContainerSpec& spec) {
  const bool passes_listener_on =
      spec.seccomp && !spec.seccomp->listener_path.empty();
  return passes_listener_on || !spec.hooks.start_container.empty() ||
         !spec.hooks.poststart.empty();
}

const std::vector<spec::Hook>& HooksOf(const spec::Hooks& hooks,
                                       step::HookKind kind) {
  switch (kind) {
    case step::HookKind::kPrestart:
      return hooks.prestart;
    case step::HookKind::kCreateRuntime:
      return hooks.create_runtime;
    case step::HookKind::kCreateContainer:
      return hooks.create_container;
    case step::HookKind::kStartContainer:
      break;
  }
  return hooks.start_container;
}

class Setup {
 public:
  Setup(const Runtime& runtime, const CreateOptions& options,
        const SetupMode& mode, Bundle bundle, state::Directory directory)
      : runtime_(runtime),
        options_(options),
        mode_(mode),
        config_(std::move(bundle.config)),
        made_{{std::move(directory), {}}, std::move(bundle.spec), {}, {}} {
    state::Record& record = made_.instance.record;
    record.id = options.id;
    record.bundle = bundle.directory;
    record.rootfs = made_.spec.root.path;
    record.created = Now();
    record.owner = geteuid();
    record.annotations = made_.spec.annotations;
    record.new_keyring = !options.no_new_keyring;
    record.own_pid_namespace = made_.spec.namespaces.has(kNewPid);
    record.start_needs_config = StartNeeds(made_.spec);
    record.delete_needs_config = !made_.spec.hooks.poststop.empty();
  }

  absl::StatusOr<NewContainer> Run() {
    absl::Status status = RunSteps();
    if (status.ok()) return std::move(made_);
    Undo();
    return status;
  }

 private:
  absl::Status RunSteps() {
    CHM_ASSIGN_OR_RETURN(facts_, host::ProbeHost());
    CHM_ASSIGN_OR_RETURN(facts_.cgroup_mounts, cgroups::FindHierarchies());
    if (runtime_.systemd_cgroup) {
      CHM_RETURN_IF_ERROR(
          unit_.emplace().Find(runtime_, made_.spec, facts_, record()));
    }
    if (!runtime_.no_cgroup) {
      CHM_ASSIGN_OR_RETURN(
          record().cgroups,
          cgroups::Locate(facts_.cgroup_mounts, made_.spec.cgroups_path,
                          options_.id));
    }
    // On record first, so that a delete finds all of it however this ends.
    CHM_RETURN_IF_ERROR(Save());
    CHM_RETURN_IF_ERROR(made_.instance.directory.SaveConfig(config_));
    if (!unit_) CHM_RETURN_IF_ERROR(BeginCgroups(0));
    if (!unit_ && !CanFollow(made_.spec, facts_)) {
      CHM_RETURN_IF_ERROR(FinishCgroups());
    }
    LeaveOutUngranted(runtime_, facts_, HasUserNamespace(), made_.spec.process);
    CHM_ASSIGN_OR_RETURN(plan_, PlanFor(runtime_, made_.spec, record(),
                                        options_, mode_, facts_));
    Announce(runtime_, plan_);
    if (!mode_.gated) {
      CHM_ASSIGN_OR_RETURN(made_.notify,
                           RelayFor(runtime_, made_.instance.directory));
    }
    CHM_RETURN_IF_ERROR(Launch());
    record().phase =
        mode_.gated ? state::Phase::kCreated : state::Phase::kStarted;
    CHM_RETURN_IF_ERROR(Save());
    return Tell();
  }

  bool HasUserNamespace() const {
    const auto& joined = made_.spec.joined_namespaces;
    return namespaces::NewNamespaces(made_.spec, facts_).has(kNewUser) ||
           std::any_of(joined.begin(), joined.end(),
                       [](const auto& one) { return one.kind == kNewUser; });
  }

  state::Record& record() { return made_.instance.record; }
  absl::Status Save() { return made_.instance.directory.Save(record()); }

  // systemd makes no unit for processes without one to put into it.
  absl::Status MakeUnit(SystemdUnit& unit, pid_t process) {
    if (absl::Status started =
            unit.Start(made_.spec, facts_, record(), process);
        !started.ok()) {
      // What is there may be somebody else's.
      record().cgroups.clear();
      return started;
    }
    CHM_RETURN_IF_ERROR(BeginCgroups(unit.TakesProcess() ? process : 0));
    CHM_RETURN_IF_ERROR(FinishCgroups());
    return Save();
  }

  absl::Status BeginCgroups(pid_t placed) {
    if (runtime_.no_cgroup) return absl::OkStatus();
    cgroups_.emplace(
        runtime_, facts_, made_.spec.cgroups_path, options_.id,
        made_.spec.resources,
        [this](const std::string& path) { return CheckUnowned(path); }, placed);
    return cgroups_->MakeUnified();
  }

  absl::Status FinishCgroups() {
    if (!cgroups_) return absl::OkStatus();
    CHM_ASSIGN_OR_RETURN(record().cgroups, cgroups_->Finish());
    cgroups_.reset();
    return absl::OkStatus();
  }

  // A stopped container's cgroup is empty, and still its own: its delete would
  // end this one.
  absl::Status CheckUnowned(const std::string& path) {
    CHM_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                         state::ListIds(runtime_.root));
    for (const std::string& id : ids) {
      if (id == options_.id) continue;
      const absl::StatusOr<state::Record> other =
          state::Peek(runtime_.root, id);
      if (!other.ok()) continue;
      for (const host::CgroupDirectory& cgroup : other->cgroups) {
        if (cgroup.path != path) continue;
        return absl::FailedPreconditionError(absl::StrCat(
            "container's cgroup ", Quote(path), ": belongs to container ",
            Quote(id), "; delete that first"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Launch() {
    UniqueFd start_socket;
    launch::LaunchHooks hooks;
    if (mode_.gated) {
      CHM_ASSIGN_OR_RETURN(start_socket, launch::ListenForStart(absl::StrCat(
                                             made_.instance.directory.path(),
                                             "/", state::kStartSocket)));
      hooks.start_socket = start_socket.get();
    }
    hooks.interrupt_fd = mode_.signal_fd;
    hooks.on_terminal = [this](int master) { return TakeTerminal(master); };
    hooks.on_clone = [this](pid_t pid) {
      return unit_ ? MakeUnit(*unit_, pid) : FinishCgroups();
    };
    hooks.on_process = [this](const launch::Launched& launched) {
      return Record(launched);
    };
    hooks.make_filter = [this] { return FollowingFilterOf(made_.spec); };
    hooks.on_seccomp_listener = [this](int listener) {
      return HandOver(made_.spec, record(), listener);
    };
    hooks.on_hooks = [this](step::HookKind kind,
                            const launch::Launched& launched) {
      return RunHooks(kind, launched);
    };
    absl::StatusOr<launch::Launched> launched = launch::Launch(plan_, hooks);
    if (!launched.ok()) return Diagnosed(launched.status(), plan_, facts_);
    made_.launched = *std::move(launched);
    made_.launched.is_pid_1 = made_.spec.namespaces.has(kNewPid);
    return absl::OkStatus();
  }

  absl::Status TakeTerminal(int master) {
    if (made_.spec.process.console_size) {
      launch::SetWindowSize(master, *made_.spec.process.console_size);
    }
    if (options_.console_socket.empty()) return mode_.on_terminal(master);
    return launch::SendTerminal(options_.console_socket, master);
  }

  absl::Status Record(const launch::Launched& launched) {
    CHM_ASSIGN_OR_RETURN(record().init, state::Identify(launched.pid));
    CHM_RETURN_IF_ERROR(Save());
    return MoveNetDevices();
  }

  absl::Status MoveNetDevices() {
    if (made_.spec.net_devices.empty()) return absl::OkStatus();
    const std::string path =
        absl::StrCat("/proc/", record().init.pid, "/ns/net");
    CHM_ASSIGN_OR_RETURN(
        const UniqueFd netns,
        sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                    sys::Quoted(path)));
    return namespaces::MoveNetDevices(made_.spec.net_devices, netns.get());
  }

  absl::Status RunHooks(step::HookKind kind, const launch::Launched& launched) {
    hooks_ran_ = true;
    if (kind == step::HookKind::kStartContainer) {
      return RunStartHooks(record(), made_.spec, mode_.signal_fd);
    }
    const bool inside = kind == step::HookKind::kCreateContainer;
    launch::HookPlace place = PlaceOf(kind, record(), launched.pidfd.get());
    place.interrupt_fd = mode_.signal_fd;
    return launch::RunHooks(
        step::HookKindName(kind), HooksOf(made_.spec.hooks, kind),
        HookState(record(), Status::kCreating,
                  inside ? InnerPid(record(), made_.spec) : launched.pid),
        place);
  }

  // Who asked for it learns of it.
  absl::Status Tell() {
    if (!options_.pidfd_socket.empty()) {
      CHM_RETURN_IF_ERROR(launch::SendPidfd(options_.pidfd_socket,
                                            made_.launched.pidfd.get(),
                                            launch::PidfdOf::kInit));
    }
    if (options_.pid_file.empty()) return absl::OkStatus();
    return launch::WritePidFile(options_.pid_file, made_.launched.pid);
  }

  // Best effort: the error that led here is the one to tell.
  void Undo() {
    // What could not be made may be somebody else's.
    if (cgroups_) record().cgroups.clear();
    const absl::Status ended = End(runtime_, record());
    if (!ended.ok()) runtime_.warn(ended.message());
    const absl::Status forgotten =
        Forget(runtime_, made_.instance,
               hooks_ran_ ? made_.spec.hooks : spec::Hooks());
    if (!forgotten.ok()) runtime_.warn(forgotten.message());
  }

  const Runtime& runtime_;
  const CreateOptions& options_;
  const SetupMode& mode_;
  const std::string config_;
  NewContainer made_;
  host::HostFacts facts_;
  step::SetupPlan plan_;
  std::optional<SystemdUnit> unit_;    // of --systemd-cgroup
  std::optional<NewCgroups> cgroups_;  // until all of them are made
  bool hooks_ran_ = false;
};

// What a service manager gives its container beside the configuration.
absl::Status AddServiceManager(const Runtime& runtime,
                               const state::Directory& directory,
                               spec::ContainerSpec& spec) {
  launch::AddListenFds(runtime.listen_fds, spec.process);
  if (runtime.notify_socket.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const std::string notify,
                       directory.MakeNotifyDirectory());
  launch::AddNotifySocket(notify, spec);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<step::SetupPlan> PlanFor(const Runtime& runtime,
                                        const spec::ContainerSpec& spec,
                                        const state::Record& record,
                                        const CreateOptions& options,
                                        const SetupMode& mode,
                                        const host::HostFacts& facts) {
  plan::PlanOptions wanted;
  wanted.cgroup_files = cgroups::EntryFiles(record.cgroups);
  wanted.cgroups = record.cgroups;
  wanted.keeps_affinity = wanted.cgroup_files.empty() || !host::IsPinned();
  wanted.enters_v2 = !cgroups::BirthFollowsCpuset(record.cgroups);
  if (record.systemd_cgroup) {
    wanted.cgroups_come = plan::CgroupsCome::kAfterClone;
  } else if (!record.cgroups.empty() && CanFollow(spec, facts)) {
    wanted.cgroups_come = plan::CgroupsCome::kMeanwhile;
  }
  wanted.outlives_parent = mode.outlives_caller;
  wanted.gated = mode.gated;
  wanted.no_pivot = options.no_pivot;
  wanted.part.id = record.id;
  wanted.part.new_keyring = record.new_keyring;
  wanted.part.user_namespace = facts.in_user_namespace;
  wanted.part.preserved_fds = options.preserve_fds + runtime.listen_fds;
  CHM_ASSIGN_OR_RETURN(wanted.part.filter, PlannedFilterOf(spec));
  CHM_ASSIGN_OR_RETURN(step::SetupPlan plan,
                       plan::PlanSetup(spec, facts, wanted));
  CHM_RETURN_IF_ERROR(plan::CheckPlan(plan));
  return plan;
}

absl::StatusOr<NewContainer> SetUp(const Runtime& runtime,
                                   const CreateOptions& options,
                                   const SetupMode& mode) {
  CHM_RETURN_IF_ERROR(state::CheckId(options.id));
  CHM_ASSIGN_OR_RETURN(Bundle bundle,
                       LoadBundle(runtime, options.bundle, options.config));
  CHM_RETURN_IF_ERROR(CheckCreation(runtime, options, bundle.spec,
                                    mode.on_terminal != nullptr));
  CHM_ASSIGN_OR_RETURN(state::Directory directory,
                       state::Directory::Create(runtime.root, options.id));
  absl::Status added = AddServiceManager(runtime, directory, bundle.spec);
  if (!added.ok()) {
    (void)directory.Remove();
    return added;
  }
  return Setup(runtime, options, mode, std::move(bundle), std::move(directory))
      .Run();
}

}  // namespace chmdocker::container
