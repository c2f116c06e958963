#include "runtime/plan/check_plan.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/plan/broken_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using step::StepKind;
using Text = std::string;

// Everything a plan can have: user namespace, rootfs, terminal, hold.
step::SetupPlan FullPlan() {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.process.terminal = true;
  spec.root = {"/rootfs", /*readonly=*/true};
  spec.hostname = "box";
  spec::Mount mapped;
  mapped.destination = "/mapped";
  mapped.source = "/source";
  mapped.bind = true;
  mapped.id_mapped = spec::IdMapped::kThisMount;
  mapped.propagation = {kMountShared};
  spec.mounts.push_back(mapped);
  spec.rootfs_propagation = kMountSlave;
  host::HostFacts facts;
  facts.can_make_namespaces = false;
  absl::StatusOr<step::SetupPlan> plan =
      PlanSetup(spec, facts, {.hold_before_exec = true});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// As root, in cgroups that are made meanwhile.
step::SetupPlan PlanInCgroups() {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.root.path = "/rootfs";
  spec.namespaces |= kNewCgroup;
  spec::Mount& mount = spec.mounts.emplace_back();
  mount.type = "cgroup";
  mount.destination = "/sys/fs/cgroup";
  host::HostFacts facts;
  facts.cgroup_mounts = {{"cpu", "/cgroup/cpu"}};
  PlanOptions options;
  options.cgroups = {{"cpu", "/cgroup/cpu/box"}};
  options.cgroup_files = {"/cgroup/cpu/box/tasks"};
  options.cgroups_come = CgroupsCome::kMeanwhile;
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, facts, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// Any two neighbours of one plan exchanged: either order is of no account, or
// CheckPlan sees it. It must see most of them.
TEST(CheckPlan, SeesDisorder) {
  const step::SetupPlan plan = FullPlan();
  std::mt19937 random(1);
  int seen = 0;
  constexpr int kTries = 200;
  for (int i = 0; i < kTries; ++i) {
    step::SetupPlan shuffled = plan;
    std::shuffle(shuffled.timeline.begin(), shuffled.timeline.end(), random);
    seen += !CheckPlan(shuffled).ok();
  }
  EXPECT_EQ(seen, kTries);
}

TEST(CheckPlan, PassesTheFullPlan) { EXPECT_EQ(Broken(FullPlan()), ""); }

TEST(CheckPlan, RefusesAnEmptyPlan) {
  EXPECT_FALSE(CheckPlan(step::SetupPlan()).ok());
}

TEST(CheckPlan, WantsCloneFirst) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kClone, 3);
  EXPECT_EQ(Broken(plan),
            "a plan begins with its only Clone and has one ExecInit");
}

TEST(CheckPlan, WantsOneActorPerKind) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[IndexOf(plan, StepKind::kPivotRoot)].actor = Actor::kParent;
  EXPECT_EQ(Broken(plan), "belongs to another actor");
}

TEST(CheckPlan, WantsTheChildBeforeInit) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kWriteIdMap, IndexOf(plan, StepKind::kExecInit) + 1);
  EXPECT_EQ(Broken(plan),
            "the child acts between Clone and ExecInit, and only then only it");
}

TEST(CheckPlan, WantsBothMaps) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kWriteIdMap);
  EXPECT_EQ(Broken(plan), "a new user namespace wants both maps, once");
}

TEST(CheckPlan, WantsSetgroupsDeniedBeforeTheGroupMap) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kDenySetgroups, IndexOf(plan, StepKind::kExecInit) - 1);
  EXPECT_EQ(Broken(plan), "setgroups is not denied before");
}

TEST(CheckPlan, WantsNoMapsWithoutUserNamespace) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[0].step = step::Clone<Text>{kNewMount};
  EXPECT_EQ(Broken(plan), "there is no new user namespace to map");
}

TEST(CheckPlan, WantsPropagationBeforeMounts) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kSetPropagation, IndexOf(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), "would propagate to the host");
  plan = FullPlan();
  Remove(plan, StepKind::kSetPropagation);
  EXPECT_EQ(Broken(plan), "would propagate to the host");
}

TEST(CheckPlan, WantsAMountNamespaceForMounts) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[0].step = step::Clone<Text>{kNewUser};
  EXPECT_EQ(Broken(plan), "would change the host's mounts");
}

TEST(CheckPlan, WantsTheRootfsOpen) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kMakeSymlink, IndexOf(plan, StepKind::kOpenRootfs));
  EXPECT_EQ(Broken(plan), "the rootfs is not open yet");
}

TEST(CheckPlan, WantsPivotRootForARootfs) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kPivotRoot);
  EXPECT_EQ(Broken(plan), "OpenRootfs and PivotRoot come together, once");
}

TEST(CheckPlan, WantsNothingFromTheOldRootAfterwards) {
  for (const StepKind kind :
       {StepKind::kMaskPath, StepKind::kBindMount, StepKind::kMakeSymlink,
        StepKind::kMountFilesystem}) {
    step::SetupPlan plan = FullPlan();
    Move(plan, kind, IndexOf(plan, StepKind::kPivotRoot));
    EXPECT_EQ(Broken(plan), "the old root is gone by then")
        << step::KindName(kind);
  }
}

TEST(CheckPlan, WantsTheWorkingDirectoryInTheNewRoot) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kChangeDirectory, IndexOf(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), "would leave the command outside its root");
}

TEST(CheckPlan, WantsOneWayOfChangingTheRoot) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[IndexOf(plan, StepKind::kPivotRoot)].step =
      step::MoveRoot<Text>{};
  EXPECT_EQ(Broken(plan), "");
  plan = FullPlan();
  step::TimelineEntry second = {Actor::kInit, step::MoveRoot<Text>{}};
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(IndexOf(
                                                   plan, StepKind::kPivotRoot)),
                       second);
  EXPECT_EQ(Broken(plan), "OpenRootfs and PivotRoot come together, once");
}

TEST(CheckPlan, WantsWhatIsSaidTakenInOrder) {
  constexpr char kRule[] = "something else, or nothing, is said before";
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kSendMount);
  EXPECT_EQ(Broken(plan), kRule);
  plan = FullPlan();
  Move(plan, StepKind::kSendMount, IndexOf(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), kRule);
  plan = FullPlan();
  for (step::TimelineEntry& entry : plan.timeline) {
    auto* bind = std::get_if<step::BindMount<Text>>(&entry.step);
    if (bind != nullptr) bind->source.slot = step::FdSlot::kRoot;
  }
  EXPECT_EQ(Broken(plan), kRule);
  // Of what init says, too: the terminal comes before "ready".
  plan = FullPlan();
  Move(plan, StepKind::kReceiveTerminal,
       IndexOf(plan, StepKind::kCloseFds) - 1);
  EXPECT_EQ(Broken(plan), kRule);
}

TEST(CheckPlan, WantsTheTerminalReceived) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kReceiveTerminal);
  EXPECT_EQ(Broken(plan),
            "the parent receives the one terminal that init opens");
  plan = FullPlan();
  Move(plan, StepKind::kReceiveTerminal,
       IndexOf(plan, StepKind::kOpenTerminal));
  EXPECT_EQ(Broken(plan), "no terminal is open yet");
}

TEST(CheckPlan, WantsASessionForTheTerminal) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kNewSession);
  EXPECT_EQ(Broken(plan), "only a session leader adopts a terminal");
}

TEST(CheckPlan, WantsBarriersPaired) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kAwait);
  EXPECT_EQ(Broken(plan), "its other half is missing");
  plan = FullPlan();
  Remove(plan, StepKind::kSignal);
  EXPECT_EQ(Broken(plan), "its other half is missing");
}

TEST(CheckPlan, WantsOneOfEachHalfOfABarrier) {
  for (const StepKind kind : {StepKind::kSignal, StepKind::kAwait}) {
    step::SetupPlan plan = FullPlan();
    const size_t at = IndexOf(plan, kind);
    const step::TimelineEntry second = plan.timeline[at];
    plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(at),
                         second);
    EXPECT_EQ(Broken(plan), "a second of its kind");
  }
}

TEST(CheckPlan, WantsBarriersSignalledFirst) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kAwait, IndexOf(plan, StepKind::kSignal));
  EXPECT_EQ(Broken(plan),
            "nobody else signals it before, so it would wait for ever");
  plan = FullPlan();
  plan.timeline[IndexOf(plan, StepKind::kAwait)].actor = Actor::kParent;
  EXPECT_EQ(Broken(plan),
            "nobody else signals it before, so it would wait for ever");
}

TEST(CheckPlan, WantsCgroupsEnteredWhereTheyAre) {
  const step::SetupPlan good = PlanInCgroups();
  EXPECT_EQ(Broken(good), "");
  step::SetupPlan plan = good;
  Move(plan, StepKind::kEnterCgroup,
       IndexOf(plan, StepKind::kNewCgroupNamespace));
  EXPECT_EQ(Broken(plan), "it would show more than the container's");
  plan = good;
  Remove(plan, StepKind::kNewCgroupNamespace);
  Move(plan, StepKind::kEnterCgroup, IndexOf(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), "the host's cgroups are out of reach");
}

TEST(CheckPlan, WantsCgroupsMountedInTheirNamespace) {
  step::SetupPlan plan = PlanInCgroups();
  Move(plan, StepKind::kNewCgroupNamespace,
       IndexOf(plan, StepKind::kMakeDevice));
  EXPECT_EQ(Broken(plan), "it would show the cgroups of others");
}

TEST(CheckPlan, WantsCloseFdsAndExecLast) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kCloseFds);
  EXPECT_EQ(Broken(plan),
            "a plan ends with its only CloseFds and its only Exec");
  plan = FullPlan();
  plan.Add(Actor::kInit, step::ResetSignals<Text>{});
  EXPECT_EQ(Broken(plan),
            "a plan ends with its only CloseFds and its only Exec");
}

}  // namespace
}  // namespace chmdocker::plan
