// A container in the foreground: from specification to exit code.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_RUN_H_
#define CHMDOCKER_RUNTIME_CONTAINER_RUN_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/container/instance.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/own_files.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

// What the names of the cgroups begin with; the rest is random.
inline constexpr char kCgroupPrefix[] = "chmdocker-";

// A container with a cgroup of its own, which is on record as long as it runs.
struct CgroupWish {
  // By the rules of linux.cgroupsPath; empty: the caller's own place.
  std::string parent;
  std::string name;  // its id; empty: one is made up
};

// What a container has beside its specification.
struct Wishes {
  std::optional<CgroupWish> cgroup;
  std::vector<JoinWish> joins;
  // Wants the wish for a cgroup: they are where its record is.
  std::vector<OwnFile> files;
};

// What is done with cgroups before the first step of a plan, and undone after
// the end.
struct CgroupSetup {
  cgroups::Directories made;
  std::vector<cgroups::Write> writes;
  // cgroups::PlanDeviceProgram; empty: there is no such program.
  std::vector<cgroups::Write> device_program;
};

struct RunPlan {
  std::string note;  // what this container lacks for want of rights; or empty
  CgroupSetup cgroups;
  step::SetupPlan steps;
};

// What a caller may watch. Unset functions are not called.
struct Observer {
  // chmdocker-init runs in the new namespaces.
  std::function<void()> on_init_started;
  // RunPlan::note, if there is one.
  std::function<void(absl::string_view)> on_note;
  // The cgroups have been made.
  std::function<void(const step::SetupPlan&, const CgroupSetup&)> on_cgroups;
  // A step of the plan has ended; watching makes init wait right before the
  // command until all steps so far have been told.
  std::function<void(const step::SetupPlan&, const launch::StepOutcome&)>
      on_step;
};

// The plan that Run would carry out on this host, but for wishes.files;
// `watched`: for an observer with on_step. The random part of the cgroup's name
// is "ID". `spec` gets what Run adds to it.
absl::StatusOr<RunPlan> Plan(const Runtime& runtime, spec::ContainerSpec& spec,
                             const Wishes& wishes, bool watched);

struct Ended {
  // The command's exit code, 128+N when signal N ended it.
  int exit_code = 0;
  cgroups::LimitEvents limits;
};

// A kept container whose command runs.
struct Detached {
  Instance instance;  // locked; its phase, kStarted, has not been saved
  launch::Launched launched;
};

// Starts a kept container, which then does not depend on this process. It must
// have a wish for a cgroup. `stdio`:
// its standard streams, -1: none of its own. Errors, and what must be true of
// the caller, as for Run; `kept` is lost then, and its record says no more than
// that it does not run.
absl::StatusOr<Detached> StartDetached(const Runtime& runtime,
                                       spec::ContainerSpec& spec,
                                       const Wishes& wishes,
                                       const Observer& observer, Instance kept,
                                       const std::array<int, 3>& stdio);

// Runs the container until its command ends. With a wish for it, in a cgroup
// that is made before and removed after it, whoever is killed: the container,
// this process, or both. Where none can be made, it runs without if no limit is
// asked for, and if the end of its first process ends the others: a container
// without a new pid namespace must have that wish, and a cgroup. The container
// of an ordinary user gets the ids that they may map, which are added to
// `spec`. Standard input reaches the command's terminal if process.stdin_open
// is set. The caller must have one thread. On failure nothing is left, and the
// status says what failed (for a step, see launch::StepFailureOf; for a limit,
// by its name below linux.resources) and, where it can be known, what on this
// host causes it. `kept`, which must have a wish for a cgroup, gets its record:
// how it ended is for the caller to save.
absl::StatusOr<Ended> Run(const Runtime& runtime, spec::ContainerSpec& spec,
                          const Wishes& wishes, const Observer& observer,
                          std::optional<Instance> kept = std::nullopt);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_RUN_H_
