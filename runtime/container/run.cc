#include "runtime/container/run.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/container/capabilities.h"
#include "runtime/container/diagnosis.h"
#include "runtime/container/filter.h"
#include "runtime/container/join_containers.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/make_cgroups.h"
#include "runtime/container/own_cgroup.h"
#include "runtime/container/own_files.h"
#include "runtime/host/facts.h"
#include "runtime/host/find_id_ranges.h"
#include "runtime/host/id_ranges.h"
#include "runtime/host/probe.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/supervisor.h"
#include "runtime/launch/terminal.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/namespaces/range_maps.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/security/landlock_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/validate.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {
namespace {

bool HasUserNamespace(const spec::ContainerSpec& spec,
                      const host::HostFacts& facts) {
  return (namespaces::NewNamespaces(spec, facts) | spec::Joined(spec))
      .has(kNewUser);
}

bool MountsCgroups(const spec::ContainerSpec& spec) {
  return std::any_of(
      spec.mounts.begin(), spec.mounts.end(),
      [](const spec::Mount& mount) { return mount.type == "cgroup"; });
}

// What the kernel is asked of Landlock.
void ProbeLandlock(const Runtime& runtime, const spec::ContainerSpec& spec,
                   host::HostFacts& facts) {
  if (!spec.landlock) return;
  facts.landlock_abi = host::LandlockAbi();
  const std::string missing =
      security::NotEnforced(*spec.landlock, facts.landlock_abi);
  if (!spec.landlock->best_effort || missing.empty()) return;
  runtime.warn(absl::StrCat("Landlock of this kernel can't refuse ", missing));
}

// What the plan depends on.
struct Surroundings {
  host::HostFacts facts;
  std::vector<UniqueFd> joined;  // in the order of spec.joined_processes
};

absl::StatusOr<Surroundings> Survey(const Runtime& runtime,
                                    const Wishes& wishes,
                                    spec::ContainerSpec& spec) {
  Surroundings found;
  host::HostFacts& facts = found.facts;
  CHM_ASSIGN_OR_RETURN(facts, host::ProbeHost());
  CHM_ASSIGN_OR_RETURN(found.joined,
                       JoinContainers(runtime, wishes.joins, facts, spec));
  if (wishes.cgroup) {
    CHM_ASSIGN_OR_RETURN(facts.cgroup_mounts, cgroups::FindHierarchies());
  } else if (MountsCgroups(spec)) {
    CHM_ASSIGN_OR_RETURN(facts.cgroup_mounts, cgroups::FindHierarchyMounts());
  }
  LeaveOutUngranted(runtime, facts, HasUserNamespace(spec, facts),
                    spec.process);
  ProbeLandlock(runtime, spec, facts);
  return found;
}

absl::StatusOr<step::SetupPlan> MakePlan(const spec::ContainerSpec& spec,
                                         const host::HostFacts& facts,
                                         const cgroups::Directories& cgroups,
                                         bool watched, bool detached) {
  plan::PlanOptions options;
  options.outlives_parent = detached;
  CHM_ASSIGN_OR_RETURN(options.part.filter, FilterOf(spec));
  options.part.user_namespace =
      facts.in_user_namespace || HasUserNamespace(spec, facts);
  options.hold_before_exec = watched;
  options.cgroups = cgroups;
  options.cgroup_files = cgroups::EntryFiles(cgroups);
  options.enters_v2 = !cgroups::BirthFollowsCpuset(cgroups);
  if (!cgroups.empty() && CanFollow(spec, facts)) {
    options.cgroups_come = plan::CgroupsCome::kMeanwhile;
  }
  // Who pins this process, by taskset(1), means the command.
  options.keeps_affinity = true;
  CHM_ASSIGN_OR_RETURN(step::SetupPlan plan,
                       plan::PlanSetup(spec, facts, options));
  CHM_RETURN_IF_ERROR(plan::CheckPlan(plan));
  return plan;
}

absl::StatusOr<CgroupSetup> PlanCgroups(const spec::ContainerSpec& spec,
                                        const cgroups::Directories& hierarchies,
                                        cgroups::Directories made) {
  CgroupSetup setup;
  CHM_ASSIGN_OR_RETURN(setup.writes,
                       cgroups::PlanWrites(spec.resources, hierarchies,
                                           cgroups::Occasion::kCreate));
  if (cgroups::UsesDeviceFilter(made)) {
    setup.device_program = cgroups::PlanDeviceProgram(spec.resources);
  }
  setup.made = std::move(made);
  return setup;
}

// How an ordinary user's container comes to its ids: by root's rights, by
// ranges that newuidmap(1) maps, or as a single one. On the host's own root
// file system ranges would own nothing, and cost the caller's groups.
std::string ClimbLadder(const host::HostFacts& facts,
                        spec::ContainerSpec& spec) {
  if (facts.can_make_namespaces || spec.root.path.empty() ||
      spec.user_namespace == spec::UserNamespace::kNever) {
    return "";
  }
  const host::IdRanges ranges = host::FindIdRanges(facts.uid);
  if (ranges.problem.empty()) {
    namespaces::UseRanges(facts, ranges, spec);
    return "";
  }
  return absl::StrCat(
      "the container has one user id and one group id, the caller's as root: "
      "chown, su and packages that want more fail; ",
      ranges.problem, ranges.remedy.empty() ? "" : "; root can mend it with ",
      ranges.remedy);
}

// What is known before anything is made.
absl::Status CheckWish(const Runtime& runtime,
                       const std::optional<CgroupWish>& wish) {
  if (!wish) return absl::OkStatus();
  if (runtime.no_cgroup) {
    return absl::InvalidArgumentError(
        "--cgroup-manager disabled: a container with limits, a name, hosts or "
        "servers of its own, or no pid namespace of its own needs a cgroup");
  }
  if (runtime.systemd_cgroup) {
    return absl::UnimplementedError(
        "--cgroup-manager systemd: run COMMAND makes its cgroup by itself; "
        "leave the option out, or run a bundle");
  }
  return absl::OkStatus();
}

// One run, with or without a cgroup.
class OneRun {
 public:
  OneRun(const Runtime& runtime, spec::ContainerSpec& spec,
         const Wishes& wishes, const Observer& observer)
      : runtime_(runtime), spec_(spec), wishes_(wishes), observer_(observer) {}

  absl::StatusOr<Ended> Run(std::optional<Instance> kept) {
    CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                         launch::SignalFd::Create());
    CHM_ASSIGN_OR_RETURN(const launch::Launched launched,
                         Start(signals.fd(), std::move(kept)));
    launch::Watch watch;
    watch.on_kill = [this] { (void)cgroups::Thaw(own_->directories()); };
    Ended ended;
    CHM_ASSIGN_OR_RETURN(
        ended.exit_code,
        launch::Supervise(launched, signals.fd(), spec_.process.stdin_open,
                          own_ ? &watch : nullptr));
    if (!own_) return ended;
    CHM_ASSIGN_OR_RETURN(ended.limits, own_->Finish());
    return ended;
  }

  absl::StatusOr<Detached> RunDetached(Instance kept,
                                       const std::array<int, 3>& stdio) {
    CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                         launch::SignalFd::Create());
    stdio_ = stdio;
    detached_ = true;
    CHM_ASSIGN_OR_RETURN(launch::Launched launched,
                         Start(signals.fd(), std::move(kept)));
    return Detached{own_->Release(), std::move(launched)};
  }

 private:
  // Returns when the command runs. One that is kept stays locked.
  absl::StatusOr<launch::Launched> Start(int signal_fd,
                                         std::optional<Instance> kept) {
    CHM_ASSIGN_OR_RETURN(Surroundings found, Survey(runtime_, wishes_, spec_));
    facts_ = std::move(found.facts);
    const std::string note = ClimbLadder(facts_, spec_);
    if (!note.empty() && observer_.on_note) observer_.on_note(note);
    if (wishes_.cgroup) {
      CHM_RETURN_IF_ERROR(MakeCgroup(*wishes_.cgroup, std::move(kept)));
      CHM_RETURN_IF_ERROR(MakeOwnFiles(runtime_, wishes_.files, wishes_.joins,
                                       own_->directory(), spec_));
    }
    CHM_ASSIGN_OR_RETURN(
        plan_, MakePlan(spec_, facts_,
                        own_ ? own_->directories() : cgroups::Directories(),
                        observer_.on_step != nullptr, detached_));
    if (own_ && observer_.on_cgroups) CHM_RETURN_IF_ERROR(TellOfCgroups());
    CHM_ASSIGN_OR_RETURN(launch::Launched launched,
                         Launch(signal_fd, found.joined));
    launched.is_pid_1 = spec_.namespaces.has(kNewPid);
    if (!own_) return launched;
    absl::Status started = detached_ ? absl::OkStatus() : own_->Started();
    if (started.ok()) return launched;
    launch::KillAndReap(launched);
    return started;
  }

  absl::Status MakeCgroup(const CgroupWish& wish,
                          std::optional<Instance> kept) {
    CHM_RETURN_IF_ERROR(CheckWish(runtime_, wishes_.cgroup));
    CHM_RETURN_IF_ERROR(spec::Validate(spec_));
    CHM_ASSIGN_OR_RETURN(
        OwnCgroup own,
        OwnCgroup::Make(runtime_, spec_, wish, facts_, std::move(kept)));
    own_ = std::make_unique<OwnCgroup>(std::move(own));
    return absl::OkStatus();
  }

  absl::Status TellOfCgroups() {
    CHM_ASSIGN_OR_RETURN(
        const CgroupSetup setup,
        PlanCgroups(spec_, facts_.cgroup_mounts, own_->directories()));
    observer_.on_cgroups(plan_, setup);
    return absl::OkStatus();
  }

  absl::StatusOr<launch::Launched> Launch(int signal_fd,
                                          const std::vector<UniqueFd>& joined) {
    launch::LaunchHooks hooks;
    for (const UniqueFd& pidfd : joined) {
      hooks.joined_processes.push_back(pidfd.get());
    }
    hooks.on_init_started = observer_.on_init_started;
    if (observer_.on_step) {
      hooks.on_step = [this](const launch::StepOutcome& outcome) {
        observer_.on_step(plan_, outcome);
      };
    }
    if (own_) {
      hooks.on_clone = [this](pid_t) { return own_->FinishCgroups(); };
      hooks.on_process = [this](const launch::Launched& launched) {
        return own_->Record(launched);
      };
    }
    hooks.on_weaker = runtime_.warn;
    // A detached terminal is nobody's yet, and stays as the kernel made it.
    if (!detached_) hooks.on_terminal = launch::ConfigureTerminal;
    hooks.interrupt_fd = signal_fd;
    hooks.stdio = stdio_;
    absl::StatusOr<launch::Launched> launched = launch::Launch(plan_, hooks);
    if (!launched.ok()) return Diagnosed(launched.status(), plan_, facts_);
    launched->passes_on = spec_.process.init;
    return launched;
  }

  const Runtime& runtime_;
  spec::ContainerSpec& spec_;
  const Wishes& wishes_;
  const Observer& observer_;
  host::HostFacts facts_;
  step::SetupPlan plan_;
  std::unique_ptr<OwnCgroup> own_;  // null: it has none
  bool detached_ = false;
  std::array<int, 3> stdio_ = {-1, -1, -1};
};

}  // namespace

absl::StatusOr<RunPlan> Plan(const Runtime& runtime, spec::ContainerSpec& spec,
                             const Wishes& wishes, bool watched) {
  CHM_RETURN_IF_ERROR(CheckWish(runtime, wishes.cgroup));
  CHM_ASSIGN_OR_RETURN(const Surroundings found, Survey(runtime, wishes, spec));
  const host::HostFacts& facts = found.facts;
  RunPlan plan;
  plan.note = ClimbLadder(facts, spec);
  if (wishes.cgroup) {
    const std::string name = absl::StrCat(kCgroupPrefix, "ID");
    CHM_ASSIGN_OR_RETURN(
        cgroups::Directories made,
        cgroups::Locate(facts.cgroup_mounts, CgroupsPath(*wishes.cgroup, name),
                        name));
    CHM_ASSIGN_OR_RETURN(
        plan.cgroups, PlanCgroups(spec, facts.cgroup_mounts, std::move(made)));
  }
  CHM_ASSIGN_OR_RETURN(plan.steps,
                       MakePlan(spec, facts, plan.cgroups.made, watched,
                                /*detached=*/false));
  return plan;
}

absl::StatusOr<Detached> StartDetached(const Runtime& runtime,
                                       spec::ContainerSpec& spec,
                                       const Wishes& wishes,
                                       const Observer& observer, Instance kept,
                                       const std::array<int, 3>& stdio) {
  return OneRun(runtime, spec, wishes, observer)
      .RunDetached(std::move(kept), stdio);
}

absl::StatusOr<Ended> Run(const Runtime& runtime, spec::ContainerSpec& spec,
                          const Wishes& wishes, const Observer& observer,
                          std::optional<Instance> kept) {
  return OneRun(runtime, spec, wishes, observer).Run(std::move(kept));
}

}  // namespace chmdocker::container
