// Specification and host facts -> plan. Pure.
#ifndef CHMDOCKER_RUNTIME_PLAN_PLANNER_H_
#define CHMDOCKER_RUNTIME_PLAN_PLANNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/exec/container_part.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::plan {

// When the parent makes the container's cgroups.
enum class CgroupsCome : uint8_t {
  kFirst,  // before the process
  // When it is there: systemd makes none without.
  kAfterClone,
  // All but that of v2 while it is on its way to where it needs them.
  kMeanwhile,
};

struct PlanOptions {
  // Files that init enters its cgroups by, and the cgroups' directories.
  std::vector<std::string> cgroup_files;
  std::vector<host::CgroupDirectory> cgroups;
  // Init enters that of v2 by itself, too, and is not born in it: what is in it
  // may stand still, or lack its processors (cgroups::BirthFollowsCpuset).
  bool enters_v2 = false;
  CgroupsCome cgroups_come = CgroupsCome::kFirst;
  // The processors that the caller is kept to are not taken back for those of
  // the cgroup.
  bool keeps_affinity = false;
  // The container stays when its parent ends...
  bool outlives_parent = false;
  // ...and waits for AwaitStart's socket right before its command.
  bool gated = false;
  // What the process takes from its container, but what is in a specification.
  exec::ContainerPart part;
  // Init waits right before the command until the parent says go: so that
  // what the parent prints about the set-up stands before what the command
  // prints.
  bool hold_before_exec = false;
  // The root changes by a move of mounts instead of pivot_root.
  bool no_pivot = false;
};

// The plan that sets up `spec` on a host with `facts`; the status of
// spec::Validate when there can be none, Unimplemented when this host's kernel
// lacks what it needs.
absl::StatusOr<step::SetupPlan> PlanSetup(const spec::ContainerSpec& spec,
                                          const host::HostFacts& facts,
                                          const PlanOptions& options);

// The plan for a further process in a running container; `namespaces` are those
// that the container does not share with the caller.
absl::StatusOr<step::SetupPlan> PlanJoiningProcess(const spec::Process& process,
                                                   CloneFlags namespaces,
                                                   const host::HostFacts& facts,
                                                   const PlanOptions& options);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_PLANNER_H_
