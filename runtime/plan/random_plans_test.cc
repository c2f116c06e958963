// Thousands of random specifications: none has a plan that CheckPlan refuses.
#include <map>
#include <random>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/plan/broken_plan.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/plan/random_spec.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::StepKind;

PlanOptions RandomOptions(std::mt19937& random) {
  PlanOptions options;
  options.hold_before_exec = random() % 2 == 0;
  options.gated = random() % 2 == 0;
  options.outlives_parent = options.gated || random() % 2 == 0;
  if (random() % 2 == 0) options.part.filter = AllowAll();
  if (random() % 4 == 0) options.part.filter = FollowingFilter();
  if (random() % 2 == 0) {
    options.cgroup_files = {"/cgroup/cpu/box/tasks",
                            "/cgroup/box/cgroup.procs"};
  }
  options.cgroups_come = static_cast<CgroupsCome>(random() % 3);
  options.part.preserved_fds = random() % 3;
  return options;
}

TEST(RandomPlans, KeepTheInvariants) {
  std::mt19937 random(20261124);
  int unimplemented = 0;
  std::map<StepKind, int> seen;
  for (int i = 0; i < 5000; ++i) {
    const spec::ContainerSpec spec = RandomSpec(random);
    const host::HostFacts facts = RandomFacts(random);
    PlanOptions options = RandomOptions(random);
    options.no_pivot = random() % 2 == 0;
    if (random() % 2 == 0) options.cgroups = facts.cgroup_mounts;
    const absl::StatusOr<step::SetupPlan> plan =
        PlanSetup(spec, facts, options);
    if (facts.mount_api == step::MountApi::kClassic &&
        absl::IsUnimplemented(plan.status())) {
      ++unimplemented;
      continue;
    }
    ASSERT_TRUE(plan.ok()) << plan.status();
    ASSERT_EQ(CheckPlan(*plan), absl::OkStatus()) << step::ExplainText(*plan);
    EXPECT_EQ(*plan, *PlanSetup(spec, facts, options)) << "not the same twice";
    for (const step::TimelineEntry& entry : plan->timeline) {
      ++seen[step::KindOf(entry.step)];
    }
  }
  EXPECT_LT(unimplemented, 2000) << "too few plans are looked at";
  for (const StepKind kind :
       {StepKind::kFork, StepKind::kMapIds, StepKind::kBecomeRoot,
        StepKind::kJoinNamespaces, StepKind::kNewTimeNamespace,
        StepKind::kNewCgroupNamespace, StepKind::kHideMemory,
        StepKind::kRunHooks, StepKind::kAwaitStart, StepKind::kEnterCgroup}) {
    EXPECT_GT(seen[kind], 100) << step::KindName(kind);
  }
}

TEST(RandomPlans, OfFurtherProcessesKeepTheInvariants) {
  std::mt19937 random(20261125);
  for (int i = 0; i < 1000; ++i) {
    const spec::Process process = RandomSpec(random).process;
    const host::HostFacts facts = RandomFacts(random);
    const CloneFlags namespaces = RandomSpec(random).namespaces;
    PlanOptions options = RandomOptions(random);
    options.gated = false;  // nobody starts a further process
    const absl::StatusOr<step::SetupPlan> plan =
        PlanJoiningProcess(process, namespaces, facts, options);
    ASSERT_TRUE(plan.ok()) << plan.status();
    ASSERT_EQ(CheckPlan(*plan), absl::OkStatus()) << step::ExplainText(*plan);
  }
}

}  // namespace
}  // namespace chmdocker::plan
