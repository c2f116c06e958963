#include "runtime/plan/check_plan.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/plan/planner.h"
#include "runtime/plan/random_spec.h"
#include "runtime/security/seccomp_compile.h"
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

size_t Find(const step::SetupPlan& plan, StepKind kind) {
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    if (step::KindOf(plan.timeline[i].step) == kind) return i;
  }
  ADD_FAILURE() << "no " << step::KindName(kind);
  return 0;
}

void Remove(step::SetupPlan& plan, StepKind kind) {
  plan.timeline.erase(plan.timeline.begin() +
                      static_cast<ptrdiff_t>(Find(plan, kind)));
}

// Moves the first step of a kind to another place.
void Move(step::SetupPlan& plan, StepKind kind, size_t to) {
  const size_t from = Find(plan, kind);
  step::TimelineEntry entry = std::move(plan.timeline[from]);
  plan.timeline.erase(plan.timeline.begin() + static_cast<ptrdiff_t>(from));
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(to),
                       std::move(entry));
}

// The broken invariant, in the words of CheckPlan.
std::string Broken(const step::SetupPlan& plan) {
  const absl::Status status = CheckPlan(plan);
  if (status.ok()) return "";
  const std::string message(status.message());
  return message.substr(message.rfind(": ") + 2);
}

// A filter of one instruction: allow.
security::SeccompFilter AllowAll() {
  security::SeccompFilter filter;
  filter.program = {{0x06, 0, 0, 0x7fff0000}};
  return filter;
}

PlanOptions RandomOptions(std::mt19937& random) {
  PlanOptions options;
  options.hold_before_exec = random() % 2 == 0;
  options.gated = random() % 2 == 0;
  options.outlives_parent = options.gated || random() % 2 == 0;
  if (random() % 2 == 0) options.part.filter = AllowAll();
  options.part.preserved_fds = random() % 3;
  return options;
}

// The plan of a container whose rights are all restricted.
step::SetupPlan RestrictedPlan(bool no_new_privileges) {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.root.path = "/rootfs";
  spec.process.user = spec::User{1000, 1000};
  spec.process.capabilities = spec::Capabilities{};
  spec.process.no_new_privileges = no_new_privileges;
  PlanOptions options;
  options.part.filter = AllowAll();
  absl::StatusOr<step::SetupPlan> plan = PlanSetup(spec, {}, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

TEST(CheckPlan, PassesRestrictedPlans) {
  EXPECT_EQ(Broken(RestrictedPlan(false)), "");
  EXPECT_EQ(Broken(RestrictedPlan(true)), "");
}

TEST(CheckPlan, WantsTheBoundingSetLimitedFirst) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kLimitCapabilities,
       Find(plan, StepKind::kSetCapabilities));
  EXPECT_EQ(Broken(plan),
            "the bounding set is limited before the others are set");
}

TEST(CheckPlan, WantsTheUserBetweenTheCapabilities) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kSetUser, Find(plan, StepKind::kLimitCapabilities));
  EXPECT_EQ(Broken(plan),
            "the user changes between the two steps of capabilities");
}

TEST(CheckPlan, WantsRightsUntilTheLastMount) {
  step::SetupPlan plan = RestrictedPlan(true);
  const size_t pivot = Find(plan, StepKind::kPivotRoot);
  for (const StepKind kind : {StepKind::kSetCapabilities, StepKind::kSetUser,
                              StepKind::kLimitCapabilities}) {
    Move(plan, kind, pivot);
  }
  EXPECT_EQ(Broken(plan), "needs rights that are given up by then");
}

TEST(CheckPlan, WantsTheFilterLastWithNoNewPrivileges) {
  step::SetupPlan plan = RestrictedPlan(true);
  Move(plan, StepKind::kLoadSeccomp, Find(plan, StepKind::kSetUser));
  EXPECT_EQ(Broken(plan),
            "with no_new_privs a filter is loaded right before Exec");
}

TEST(CheckPlan, WantsRightsForTheFilter) {
  step::SetupPlan plan = RestrictedPlan(false);
  Move(plan, StepKind::kLoadSeccomp, Find(plan, StepKind::kSetCapabilities));
  EXPECT_EQ(Broken(plan),
            "without no_new_privs it takes rights to load a filter");
}

TEST(CheckPlan, PassesPlansOfRandomSpecs) {
  std::mt19937 random(20261124);
  int unimplemented = 0;
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
  }
  EXPECT_LT(unimplemented, 2000) << "too few plans are looked at";
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
  plan.timeline[Find(plan, StepKind::kPivotRoot)].actor = Actor::kParent;
  EXPECT_EQ(Broken(plan), "belongs to another actor");
}

TEST(CheckPlan, WantsTheChildBeforeInit) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kWriteIdMap, Find(plan, StepKind::kExecInit) + 1);
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
  Move(plan, StepKind::kDenySetgroups, Find(plan, StepKind::kExecInit) - 1);
  EXPECT_EQ(Broken(plan), "setgroups is not denied before");
}

TEST(CheckPlan, WantsNoMapsWithoutUserNamespace) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[0].step = step::Clone<Text>{kNewMount};
  EXPECT_EQ(Broken(plan), "there is no new user namespace to map");
}

TEST(CheckPlan, WantsPropagationBeforeMounts) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kSetPropagation, Find(plan, StepKind::kPivotRoot));
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
  Move(plan, StepKind::kMakeSymlink, Find(plan, StepKind::kOpenRootfs));
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
    Move(plan, kind, Find(plan, StepKind::kPivotRoot));
    EXPECT_EQ(Broken(plan), "the old root is gone by then")
        << step::KindName(kind);
  }
}

TEST(CheckPlan, WantsTheWorkingDirectoryInTheNewRoot) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kChangeDirectory, Find(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), "would leave the command outside its root");
}

TEST(CheckPlan, WantsOneWayOfChangingTheRoot) {
  step::SetupPlan plan = FullPlan();
  plan.timeline[Find(plan, StepKind::kPivotRoot)].step = step::MoveRoot<Text>{};
  EXPECT_EQ(Broken(plan), "");
  plan = FullPlan();
  step::TimelineEntry second = {Actor::kInit, step::MoveRoot<Text>{}};
  plan.timeline.insert(plan.timeline.begin() + static_cast<ptrdiff_t>(Find(
                                                   plan, StepKind::kPivotRoot)),
                       second);
  EXPECT_EQ(Broken(plan), "OpenRootfs and PivotRoot come together, once");
}

TEST(CheckPlan, WantsSentMountsTaken) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kSendMount);
  EXPECT_EQ(Broken(plan), "the parent has not sent it yet");
  plan = FullPlan();
  Move(plan, StepKind::kSendMount, Find(plan, StepKind::kPivotRoot));
  EXPECT_EQ(Broken(plan), "the parent has not sent it yet");
  plan = FullPlan();
  for (step::TimelineEntry& entry : plan.timeline) {
    auto* bind = std::get_if<step::BindMount<Text>>(&entry.step);
    if (bind != nullptr) bind->source.slot = step::FdSlot::kRoot;
  }
  EXPECT_EQ(Broken(plan), "init does not take the mount that is sent");
}

TEST(CheckPlan, WantsTheTerminalReceived) {
  step::SetupPlan plan = FullPlan();
  Remove(plan, StepKind::kReceiveTerminal);
  EXPECT_EQ(Broken(plan),
            "the parent receives the one terminal that init opens");
  plan = FullPlan();
  Move(plan, StepKind::kReceiveTerminal, Find(plan, StepKind::kOpenTerminal));
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

TEST(CheckPlan, WantsBarriersSignalledFirst) {
  step::SetupPlan plan = FullPlan();
  Move(plan, StepKind::kAwait, Find(plan, StepKind::kSignal));
  EXPECT_EQ(Broken(plan),
            "nobody else signals it before, so it would wait for ever");
  plan = FullPlan();
  plan.timeline[Find(plan, StepKind::kAwait)].actor = Actor::kParent;
  EXPECT_EQ(Broken(plan),
            "nobody else signals it before, so it would wait for ever");
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
