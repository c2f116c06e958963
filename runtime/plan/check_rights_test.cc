#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/host/facts.h"
#include "runtime/plan/broken_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::StepKind;

// The plan of a container whose rights are all restricted.
step::SetupPlan RestrictedPlan(
    bool no_new_privileges, bool gated = false,
    const security::SeccompFilter& filter = AllowAll()) {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.root.path = "/rootfs";
  spec.process.user = spec::User{1000, 1000};
  spec.process.capabilities = spec::Capabilities{};
  spec.process.no_new_privileges = no_new_privileges;
  PlanOptions options;
  options.part.filter = filter;
  options.outlives_parent = gated;
  options.gated = gated;
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, {}, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

TEST(CheckRights, PassesRestrictedPlans) {
  EXPECT_EQ(Broken(RestrictedPlan(false)), "");
  EXPECT_EQ(Broken(RestrictedPlan(true)), "");
}

// The same with access by Landlock.
step::SetupPlan LandlockedPlan() {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.process.env = {"HOME="};
  spec.root.path = "/rootfs";
  spec.process.user = spec::User{1000, 1000};
  spec.process.no_new_privileges = true;
  spec.landlock = spec::Landlock{{"/"}, {}, {}, {}, false};
  host::HostFacts facts;
  facts.landlock_abi = 7;
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, facts, {});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

TEST(CheckRights, WantsNoNewPrivilegesBeforeLandlock) {
  step::SetupPlan plan = LandlockedPlan();
  EXPECT_EQ(Broken(plan), "");
  Move(plan, StepKind::kNoNewPrivileges,
       IndexOf(plan, StepKind::kRestrictAccess));
  EXPECT_EQ(Broken(plan), "access is restricted once, with no_new_privs set");
  Remove(plan, StepKind::kNoNewPrivileges);
  EXPECT_EQ(Broken(plan), "access is restricted once, with no_new_privs set");
}

TEST(CheckRights, WantsLandlockBehindWhatItRefuses) {
  for (const StepKind kind : {StepKind::kPivotRoot, StepKind::kFindHome}) {
    step::SetupPlan plan = LandlockedPlan();
    const size_t at = IndexOf(plan, kind);
    Move(plan, StepKind::kRestrictAccess, at);
    Move(plan, StepKind::kNoNewPrivileges, at);
    EXPECT_EQ(Broken(plan), "Landlock would refuse it by then");
  }
}

TEST(CheckRights, WantsTheBoundingSetLimitedFirst) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kLimitCapabilities,
       IndexOf(plan, StepKind::kSetCapabilities));
  EXPECT_EQ(Broken(plan),
            "the bounding set is limited before the others are set");
}

TEST(CheckRights, WantsTheUserBetweenTheCapabilities) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kSetUser, IndexOf(plan, StepKind::kLimitCapabilities));
  EXPECT_EQ(Broken(plan),
            "the user changes between the two steps of capabilities");
}

TEST(CheckRights, WantsRightsUntilTheLastMount) {
  step::SetupPlan plan = RestrictedPlan(true);
  const size_t pivot = IndexOf(plan, StepKind::kPivotRoot);
  for (const StepKind kind : {StepKind::kSetCapabilities, StepKind::kSetUser,
                              StepKind::kLimitCapabilities}) {
    Move(plan, kind, pivot);
  }
  EXPECT_EQ(Broken(plan), "needs rights that are given up by then");
}

TEST(CheckRights, WantsTheFilterLastWithNoNewPrivileges) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kLoadSeccomp, IndexOf(plan, StepKind::kSetUser));
  EXPECT_EQ(Broken(plan),
            "with no_new_privs a filter is loaded right before Exec");
}

// Who stays as pid 1 has the filter, too.
TEST(CheckRights, WantsTheProcessThatStaysBehindTheFilter) {
  step::SetupPlan plan = RestrictedPlan(true);
  const auto exec = plan.timeline.end() - 1;
  plan.timeline.insert(
      exec, {step::Actor::kInit, step::StayAsInit<std::string>{}, 0});
  EXPECT_EQ(Broken(plan), "");
  step::SetupPlan early = plan;
  Move(early, StepKind::kStayAsInit, IndexOf(early, StepKind::kLoadSeccomp));
  EXPECT_EQ(Broken(early),
            "with no_new_privs a filter is loaded right before Exec");
  Move(plan, StepKind::kStayAsInit, IndexOf(plan, StepKind::kCloseFds));
  EXPECT_NE(Broken(plan), "");
}

TEST(CheckRights, WantsRightsForTheFilter) {
  step::SetupPlan plan = RestrictedPlan(false);
  Move(plan, StepKind::kLoadSeccomp, IndexOf(plan, StepKind::kSetCapabilities));
  EXPECT_EQ(Broken(plan),
            "without no_new_privs it takes rights to load a filter");
}

TEST(CheckRights, WantsOneFilter) {
  step::SetupPlan plan = RestrictedPlan(false);
  const size_t at = IndexOf(plan, StepKind::kLoadSeccomp);
  const step::TimelineEntry second = plan.timeline[at];
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(at),
                       second);
  EXPECT_EQ(Broken(plan), "there is more than one filter");
}

TEST(CheckRights, WantsTheStartBeforeTheFilter) {
  step::SetupPlan plan = RestrictedPlan(false, /*gated=*/true);
  EXPECT_EQ(Broken(plan), "");
  Move(plan, StepKind::kLoadSeccomp, IndexOf(plan, StepKind::kAwaitStart));
  EXPECT_EQ(Broken(plan), "it would filter the wait for the start");
}

TEST(CheckRights, WantsTheFilterThatIsSent) {
  constexpr char kBroken[] = "init loads the one filter that is sent";
  const step::SetupPlan plan =
      RestrictedPlan(true, /*gated=*/true, FollowingFilter());
  EXPECT_EQ(Broken(plan), "");
  for (const StepKind kind : {StepKind::kSendFilter, StepKind::kReceiveFilter,
                              StepKind::kLoadSeccomp}) {
    step::SetupPlan lacks = plan;
    Remove(lacks, kind);
    EXPECT_EQ(Broken(lacks), kBroken);
  }
  step::SetupPlan spoken = plan;
  Move(spoken, StepKind::kReceiveFilter,
       IndexOf(plan, StepKind::kAwaitStart) - 1);
  EXPECT_EQ(Broken(spoken), "something else, or nothing, is said before");
  step::SetupPlan late = plan;
  Move(late, StepKind::kReceiveFilter, IndexOf(plan, StepKind::kAwaitStart));
  EXPECT_EQ(Broken(late), kBroken);
  step::SetupPlan unused = RestrictedPlan(true);
  unused.timeline.insert(
      unused.timeline.begin() + 3,
      {{step::Actor::kParent, step::SendFilter<std::string>{}, 0},
       {step::Actor::kInit, step::ReceiveFilter<std::string>{}, 0}});
  EXPECT_EQ(Broken(unused), kBroken);
}

TEST(CheckRights, WantsRightsUntilTheStart) {
  step::SetupPlan plan = RestrictedPlan(true, /*gated=*/true);
  EXPECT_EQ(Broken(plan), "");
  Move(plan, StepKind::kAwaitStart, IndexOf(plan, StepKind::kSetCapabilities));
  EXPECT_EQ(Broken(plan), "needs rights that are given up by then");
}

}  // namespace
}  // namespace chmdocker::plan
