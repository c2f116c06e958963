#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/plan/broken_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using step::StepKind;
using Text = std::string;

// A created container in a user namespace that its parent maps.
step::SetupPlan MappedPlan() {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.root.path = "/rootfs";
  spec.namespaces |= kNewUser;
  spec.uid_mappings = {{0, 100000, 65536}};
  spec.gid_mappings = {{0, 200000, 65536}};
  PlanOptions options;
  options.outlives_parent = true;
  options.gated = true;
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, {}, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// A further process in a container with all namespaces of its own.
step::SetupPlan JoiningPlan(const security::SeccompFilter& filter = {}) {
  spec::Process process;
  process.args = {"/bin/sh"};
  process.cwd = "/";
  PlanOptions options;
  options.part.filter = filter;
  absl::StatusOr<step::SetupPlan> plan = PlanJoiningProcess(
      process, kNewUser | kNewPid | kNewMount | kNewNet, {}, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// A container in the user namespace of another one.
step::SetupPlan SharingPlan() {
  spec::ContainerSpec spec;
  spec.process.args = {"/bin/sh"};
  spec.process.cwd = "/";
  spec.joined_namespaces = {{kNewUser, "/proc/7/ns/user"}};
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, {}, {});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

void InsertAgain(step::SetupPlan& plan, StepKind kind) {
  const size_t at = IndexOf(plan, kind);
  const step::TimelineEntry second = plan.timeline[at];
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(at),
                       second);
}

TEST(CheckProcesses, PassesWhatThePlannerMakes) {
  EXPECT_EQ(Broken(MappedPlan()), "");
  EXPECT_EQ(Broken(JoiningPlan()), "");
  EXPECT_EQ(Broken(SharingPlan()), "");
}

TEST(CheckProcesses, WantsTheForkedProcessReceived) {
  constexpr char kRule[] =
      "the parent receives the one process that init makes";
  step::SetupPlan plan = MappedPlan();
  Remove(plan, StepKind::kReceiveProcess);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  Remove(plan, StepKind::kFork);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  Move(plan, StepKind::kReceiveProcess, IndexOf(plan, StepKind::kFork));
  EXPECT_EQ(Broken(plan), kRule);
  for (const StepKind kind : {StepKind::kFork, StepKind::kReceiveProcess}) {
    plan = MappedPlan();
    InsertAgain(plan, kind);
    EXPECT_EQ(Broken(plan), kRule);
  }
}

TEST(CheckProcesses, WantsIdsMappedInANewUserNamespaceOnly) {
  constexpr char kRule[] = "ids are mapped exactly in a new user namespace";
  step::SetupPlan plan = MappedPlan();
  Remove(plan, StepKind::kMapIds);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  InsertAgain(plan, StepKind::kMapIds);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  plan.timeline[IndexOf(plan, StepKind::kFork)].step =
      step::Fork<Text>{kNewMount};
  EXPECT_EQ(Broken(plan), kRule);
}

TEST(CheckProcesses, WantsAProcessToMap) {
  step::SetupPlan plan = MappedPlan();
  Move(plan, StepKind::kMapIds, IndexOf(plan, StepKind::kReceiveProcess));
  EXPECT_EQ(Broken(plan), "there is no process to map yet");
}

TEST(CheckProcesses, WantsRootOnceIdsAreMapped) {
  constexpr char kRule[] = "init becomes root once its ids are mapped";
  step::SetupPlan plan = MappedPlan();
  Remove(plan, StepKind::kBecomeRoot);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  Move(plan, StepKind::kBecomeRoot, IndexOf(plan, StepKind::kMapIds));
  EXPECT_EQ(Broken(plan), kRule);
}

TEST(CheckProcesses, WantsWhoCreatesToLeave) {
  constexpr char kRule[] = "who creates a container does not wait";
  step::SetupPlan plan = MappedPlan();
  Remove(plan, StepKind::kOutliveParent);
  EXPECT_EQ(Broken(plan), kRule);
  plan = MappedPlan();
  Move(plan, StepKind::kAwaitStart, IndexOf(plan, StepKind::kOutliveParent));
  EXPECT_EQ(Broken(plan), kRule);
}

TEST(CheckProcesses, WantsDeathAskedForBeforeItIsTakenBack) {
  step::SetupPlan plan = MappedPlan();
  Remove(plan, StepKind::kDieWithParent);
  EXPECT_EQ(Broken(plan), "it was never asked to die");
  plan = MappedPlan();
  Move(plan, StepKind::kDieWithParent, IndexOf(plan, StepKind::kOutliveParent));
  EXPECT_EQ(Broken(plan), "it was never asked to die");
}

TEST(CheckProcesses, WantsDeathAskedForWhereItIsKept) {
  for (const StepKind kind : {StepKind::kFork, StepKind::kBecomeRoot}) {
    step::SetupPlan plan = MappedPlan();
    Move(plan, StepKind::kDieWithParent, IndexOf(plan, kind));
    EXPECT_EQ(Broken(plan), "it would no longer die with its parent")
        << static_cast<int>(kind);
  }
}

TEST(CheckProcesses, WantsTheProcessThatIsJoinedSent) {
  step::SetupPlan plan = JoiningPlan();
  Remove(plan, StepKind::kSendProcess);
  EXPECT_EQ(Broken(plan), "something else, or nothing, is said before");
  plan = JoiningPlan();
  Remove(plan, StepKind::kJoinProcess);
  EXPECT_EQ(Broken(plan), "something else, or nothing, is said before");
  plan = JoiningPlan();
  const size_t adopted = IndexOf(plan, StepKind::kSignal);
  Remove(plan, StepKind::kSignal);
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(adopted),
                       {Actor::kParent, step::SendProcess<Text>{}, 0});
  EXPECT_EQ(Broken(plan), "its other half is missing");
  Remove(plan, StepKind::kAwait);
  EXPECT_EQ(Broken(plan), "nobody takes it");
}

TEST(CheckProcesses, WantsTheProcessSentBeforeTheFilter) {
  step::SetupPlan plan = JoiningPlan(FollowingFilter());
  EXPECT_EQ(Broken(plan), "");
  Move(plan, StepKind::kSendFilter, IndexOf(plan, StepKind::kSendProcess));
  EXPECT_EQ(Broken(plan), "something else, or nothing, is said before");
}

TEST(CheckProcesses, WantsWhatForkMadeAdoptedBeforeItsTimeNamespace) {
  step::SetupPlan plan = MappedPlan();
  const auto received =
      plan.timeline.begin() +
      static_cast<ptrdiff_t>(IndexOf(plan, StepKind::kReceiveProcess));
  plan.timeline.insert(received + 1,
                       {Actor::kInit, step::NewTimeNamespace<Text>{""}, 0});
  EXPECT_EQ(Broken(plan), "another process still has init's memory");
  Move(plan, StepKind::kNewTimeNamespace, IndexOf(plan, StepKind::kBecomeRoot));
  EXPECT_EQ(Broken(plan), "");
}

TEST(CheckProcesses, WantsInitHiddenFromWhomItJoins) {
  constexpr char kRule[] = "the container could reach into init";
  step::SetupPlan plan = JoiningPlan();
  Remove(plan, StepKind::kHideMemory);
  EXPECT_EQ(Broken(plan), kRule);
  plan = JoiningPlan();
  Move(plan, StepKind::kHideMemory, IndexOf(plan, StepKind::kJoinProcess));
  EXPECT_EQ(Broken(plan), kRule);
}

TEST(CheckProcesses, WantsInitHiddenInSharedNamespaces) {
  constexpr char kRule[] = "the container could reach into init";
  step::SetupPlan plan = SharingPlan();
  Remove(plan, StepKind::kHideMemory);
  EXPECT_EQ(Broken(plan), kRule);
  plan = SharingPlan();
  Move(plan, StepKind::kHideMemory, IndexOf(plan, StepKind::kJoinNamespaces));
  EXPECT_EQ(Broken(plan), kRule);
  // Who shares only the network can't reach it anyway.
  plan.timeline[IndexOf(plan, StepKind::kJoinNamespaces)].step =
      step::JoinNamespaces<Text>{{"net:/proc/7/ns/net"}};
  EXPECT_EQ(Broken(plan), "");
}

TEST(CheckProcesses, LeavesEachActorItsSteps) {
  for (const StepKind kind :
       {StepKind::kFork, StepKind::kReceiveProcess, StepKind::kMapIds,
        StepKind::kAwaitStart, StepKind::kOutliveParent}) {
    step::SetupPlan plan = MappedPlan();
    Actor& actor = plan.timeline[IndexOf(plan, kind)].actor;
    actor = actor == Actor::kParent ? Actor::kInit : Actor::kParent;
    EXPECT_EQ(Broken(plan), "belongs to another actor")
        << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace chmdocker::plan
