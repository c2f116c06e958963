#include "runtime/namespaces/namespace_plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::namespaces {
namespace {

using testing::ElementsAre;

TEST(TakeBirthCgroup, TakesTheOneOfV2) {
  std::vector<std::string> files = {
      "/cg/pids/c/tasks", "/cg/unified/c/cgroup.procs", "/cg/systemd/c/tasks"};
  EXPECT_EQ(TakeBirthCgroup(files), "/cg/unified/c");
  EXPECT_THAT(files, ElementsAre("/cg/pids/c/tasks", "/cg/systemd/c/tasks"));
}

TEST(TakeBirthCgroup, LeavesTheOnesOfV1) {
  std::vector<std::string> files = {"/cg/pids/cgroup.procs.d/tasks"};
  EXPECT_EQ(TakeBirthCgroup(files), "");
  EXPECT_EQ(files.size(), 1);
}

TEST(PlanStart, ClonesIntoTheCgroup) {
  step::SetupPlan plan;
  PlanStart(spec::ContainerSpec(), host::HostFacts(), "/cg/unified/c", plan);
  EXPECT_EQ(step::CloneOf(plan).cgroup, "/cg/unified/c");
}

}  // namespace
}  // namespace chmdocker::namespaces
