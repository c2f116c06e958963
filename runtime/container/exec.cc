#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/caller.h"
#include "runtime/container/capabilities.h"
#include "runtime/container/diagnosis.h"
#include "runtime/container/exec_process.h"
#include "runtime/container/filter.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/launch/console_socket.h"
#include "runtime/launch/join.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/pid_file.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/supervisor.h"
#include "runtime/launch/terminal.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/security/landlock_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/step/setup_plan.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

absl::Status CheckStatus(const ExecOptions& options, Status status) {
  if (status == Status::kPaused && !options.ignore_paused) {
    return absl::FailedPreconditionError(
        "cannot exec in a paused container; --ignore-paused does, and the "
        "process stands still until the container is resumed");
  }
  if (status == Status::kStopped || status == Status::kCreating) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot exec in a ", StatusName(status),
                     " container: container not running"));
  }
  return absl::OkStatus();
}

absl::Status CheckConsole(const ExecOptions& options,
                          const spec::Process& process) {
  const bool has_socket = !options.console_socket.empty();
  if (process.terminal && options.detach && !has_socket) {
    return absl::InvalidArgumentError(
        "process.terminal: nobody waits for a detached process; "
        "--console-socket says where its terminal goes");
  }
  if (!process.terminal && has_socket) {
    return absl::InvalidArgumentError(
        "--console-socket: the process has no terminal to hand over");
  }
  return absl::OkStatus();
}

// The namespaces that the container does not share with this process. One that
// can't be asked for them is not joined in part: the command would run on the
// host. Every container has a mount namespace of its own.
absl::StatusOr<CloneFlags> NamespacesOf(pid_t pid, int pidfd) {
  const absl::StatusOr<CloneFlags> others = launch::OtherNamespaces(pid, pidfd);
  if (!others.ok()) {
    return WithHint(others.status(),
                    "the namespaces of the container's first process can't be "
                    "told: container not running, or its process not to be "
                    "traced by this one");
  }
  if (!others->has(kNewMount)) {
    return absl::FailedPreconditionError(
        "the container's first process is in this process's own mount "
        "namespace, so that there is no container to exec in");
  }
  return *others;
}

// The container's cgroups, or those below them that --cgroup names. runc's
// form for one hierarchy of v1, CONTROLLERS:PATH, is not needed by any engine.
absl::StatusOr<cgroups::Directories> CgroupsOf(const state::Record& record,
                                               const std::string& below) {
  cgroups::Directories directories = record.cgroups;
  if (below.empty()) return directories;
  if (absl::StrContains(below, "..")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "bad sub cgroup path: ", below, " is not a sub cgroup path"));
  }
  for (host::CgroupDirectory& directory : directories) {
    absl::StrAppend(&directory.path, "/", below);
    directory.inode = 0;  // another one's
  }
  return directories;
}

// The container's first process, of a container that a process may join.
absl::StatusOr<UniqueFd> FirstProcess(const ExecOptions& options,
                                      const state::Record& record) {
  absl::StatusOr<UniqueFd> first = state::OpenPidfd(record.init);
  if (!first.ok() && !absl::IsNotFound(first.status())) return first;
  CHM_ASSIGN_OR_RETURN(const Status status,
                       first.ok() ? StatusOfLiving(record) : StatusOf(record));
  CHM_RETURN_IF_ERROR(CheckStatus(options, status));
  return first;
}

class Execution {
 public:
  Execution(const Runtime& runtime, const ExecOptions& options,
            state::Record record, UniqueFd first,
            const spec::ContainerSpec& container, spec::Process process)
      : runtime_(runtime),
        options_(options),
        record_(std::move(record)),
        first_(std::move(first)),
        container_(container),
        process_(std::move(process)) {}

  absl::StatusOr<int> Run() {
    CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                         launch::SignalFd::Create());
    CHM_ASSIGN_OR_RETURN(launch::Launched launched, Launch(signals.fd()));
    if (absl::Status told = Tell(launched); !told.ok()) {
      // Nobody knows of it, and so nobody would end it.
      launch::KillAndReap(launched);
      return told;
    }
    if (options_.detach) return 0;
    if (!options_.console_socket.empty()) launched.terminal.reset();
    return launch::Supervise(launched, signals.fd(), /*interactive=*/true);
  }

 private:
  absl::StatusOr<launch::Launched> Launch(int signal_fd) {
    CHM_ASSIGN_OR_RETURN(const host::HostFacts facts, host::ProbeHost());
    CHM_ASSIGN_OR_RETURN(const CloneFlags namespaces,
                         NamespacesOf(record_.init.pid, first_.get()));
    LeaveOutUngranted(runtime_, facts, namespaces.has(kNewUser), process_);
    CHM_ASSIGN_OR_RETURN(const step::SetupPlan plan,
                         MakePlan(facts, namespaces));
    launch::LaunchHooks hooks;
    UniqueFd nothing;
    if (options_.silent) {
      CHM_ASSIGN_OR_RETURN(
          nothing, sys::CallFd(raw::OpenAt(AT_FDCWD, "/dev/null", O_RDWR),
                               "\"/dev/null\""));
      hooks.stdio = {nothing.get(), nothing.get(), nothing.get()};
    }
    hooks.joined_processes = {first_.get()};
    hooks.interrupt_fd = signal_fd;
    hooks.on_terminal = [this](int master) { return TakeTerminal(master); };
    hooks.make_filter = [this] { return FollowingFilterOf(container_); };
    hooks.on_seccomp_listener = [this](int listener) {
      return HandOver(container_, record_, listener);
    };
    absl::StatusOr<launch::Launched> launched = launch::Launch(plan, hooks);
    if (!launched.ok()) return Diagnosed(launched.status(), plan, facts);
    launched->is_pid_1 = false;
    return launched;
  }

  absl::StatusOr<step::SetupPlan> MakePlan(const host::HostFacts& facts,
                                           CloneFlags namespaces) {
    plan::PlanOptions wanted;
    wanted.outlives_parent = options_.detach;
    wanted.part.id = record_.id;
    wanted.part.user_namespace =
        facts.in_user_namespace || namespaces.has(kNewUser);
    wanted.part.personality = container_.personality;
    wanted.part.memory_policy = container_.memory_policy;
    wanted.part.preserved_fds = options_.preserve_fds;
    CHM_ASSIGN_OR_RETURN(wanted.part.filter, PlannedFilterOf(container_));
    if (container_.landlock) {
      CHM_RETURN_IF_ERROR(security::CompileLandlock(
          *container_.landlock, host::LandlockAbi(), wanted.part.restriction));
    }
    CHM_ASSIGN_OR_RETURN(const cgroups::Directories directories,
                         CgroupsOf(record_, options_.cgroup));
    wanted.cgroup_files = cgroups::EntryFiles(directories);
    wanted.keeps_affinity = wanted.cgroup_files.empty() || !host::IsPinned();
    // What is born in a frozen cgroup is frozen, and with it chmdocker, whose
    // memory it uses.
    wanted.enters_v2 =
        options_.ignore_paused || !cgroups::BirthFollowsCpuset(directories);
    CHM_ASSIGN_OR_RETURN(
        step::SetupPlan plan,
        plan::PlanJoiningProcess(process_, namespaces, facts, wanted));
    CHM_RETURN_IF_ERROR(plan::CheckPlan(plan));
    Announce(runtime_, plan);
    return plan;
  }

  absl::Status TakeTerminal(int master) {
    if (process_.console_size) {
      launch::SetWindowSize(master, *process_.console_size);
    }
    if (options_.console_socket.empty()) {
      return launch::ConfigureTerminal(master);
    }
    return launch::SendTerminal(options_.console_socket, master);
  }

  absl::Status Tell(const launch::Launched& launched) {
    if (!options_.pidfd_socket.empty()) {
      CHM_RETURN_IF_ERROR(launch::SendPidfd(
          options_.pidfd_socket, launched.pidfd.get(), launch::PidfdOf::kExec));
    }
    if (options_.pid_file.empty()) return absl::OkStatus();
    return launch::WritePidFile(options_.pid_file, launched.pid);
  }

  const Runtime& runtime_;
  const ExecOptions& options_;
  const state::Record record_;
  const UniqueFd first_;
  const spec::ContainerSpec& container_;
  spec::Process process_;
};

}  // namespace

absl::StatusOr<int> Exec(const Runtime& runtime, const ExecOptions& options) {
  // Not for longer than it takes to look: many may be under way at once.
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(runtime, options.id));
  CHM_ASSIGN_OR_RETURN(UniqueFd first, FirstProcess(options, instance.record));
  spec::ContainerSpec spec;
  if (options.container) {
    spec = *options.container;
  } else {
    CHM_ASSIGN_OR_RETURN(spec, SpecOf(runtime, instance));
  }
  instance.directory.Unlock();
  CHM_ASSIGN_OR_RETURN(spec::Process process,
                       ProcessFor(runtime, options, spec.process));
  // Landlock wants it, of a process that is described anew as well.
  process.no_new_privileges |= spec.landlock.has_value();
  CHM_RETURN_IF_ERROR(CheckConsole(options, process));
  CHM_RETURN_IF_ERROR(CheckPreserved(runtime, options.preserve_fds));
  return Execution(runtime, options, std::move(instance.record),
                   std::move(first), spec, std::move(process))
      .Run();
}

}  // namespace chmdocker::container
