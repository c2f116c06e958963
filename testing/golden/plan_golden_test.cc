// The plan of each command line below, byte for byte: testing/golden/plans.
//
// To accept what the planner makes now, and then read the difference:
//   ACCEPT_GOLDENS=1 ./bazelw run //testing/golden:plan_golden_test
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/explain_printer.h"
#include "cli/flags.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "gflags/gflags.h"
#include "gtest/gtest.h"
#include "runtime/host/facts.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker {
namespace {

using Words = std::vector<std::string>;

constexpr char kFolder[] = "testing/golden/plans/";

// Hosts.
host::HostFacts Root() { return {}; }
host::HostFacts OrdinaryUser() {
  host::HostFacts facts;
  facts.uid = 1000;
  facts.gid = 1001;
  facts.can_make_namespaces = false;
  return facts;
}
host::HostFacts OldKernel() {
  host::HostFacts facts;
  facts.mount_api = step::MountApi::kClassic;
  return facts;
}

struct Case {
  const char* name;
  Words words;  // behind `chmdocker run`
  host::HostFacts facts;
};

const Case kCases[] = {
    {"tutorial", {"--ti", "/bin/sh"}, Root()},
    {"tutorial_ordinary_user", {"--ti", "/bin/sh"}, OrdinaryUser()},
    {"pipe", {"sort", "-u"}, Root()},
    {"stdin", {"-i", "sh", "-c", "cat; exit 3"}, Root()},
    {"explain", {"--explain", "/bin/true"}, Root()},
    {"all_options",
     {"-t", "--hostname", "box", "-e", "A=1", "-w", "/srv", "--", "top"},
     Root()},
    {"rootfs", {"--ti", "--rootfs", "/image", "sh"}, Root()},
    {"rootfs_readonly",
     {"--rootfs", "image", "--readonly", "-w", "/srv", "sh"},
     Root()},
    {"rootfs_ordinary_user",
     {"--ti", "--rootfs", "/image", "sh"},
     OrdinaryUser()},
    {"rootfs_old_kernel",
     {"--ti", "--rootfs", "/image", "--readonly", "sh"},
     OldKernel()},
};

std::string PlanOf(const Case& input) {
  const cli::Caller caller = {{"HOME=/root", "PATH=/usr/bin:/bin"}, "/home/me"};
  const absl::StatusOr<cli::Parsed> parsed = cli::ParseRunFlags(input.words);
  if (!parsed.ok()) return parsed.status().ToString();
  const absl::StatusOr<cli::RunOptions> options = cli::GetRunOptions(*parsed);
  if (!options.ok()) return options.status().ToString();
  const absl::StatusOr<spec::ContainerSpec> spec =
      cli::OptionsToSpec(*options, caller);
  if (!spec.ok()) return spec.status().ToString();
  const absl::StatusOr<step::SetupPlan> plan = plan::PlanSetup(
      *spec, input.facts, {.hold_before_exec = options->explain});
  if (!plan.ok()) return plan.status().ToString();
  EXPECT_EQ(plan::CheckPlan(*plan), absl::OkStatus());
  return absl::StrCat("$ chmdocker run ", absl::StrJoin(input.words, " "), "\n",
                      cli::PlanReport(*plan, *spec, options->format));
}

class PlanGolden : public ::testing::TestWithParam<Case> {
 private:
  gflags::FlagSaver saver_;
};

TEST_P(PlanGolden, IsAsAccepted) {
  const std::string file = absl::StrCat(kFolder, GetParam().name, ".txt");
  const std::string plan = PlanOf(GetParam());
  if (std::getenv("ACCEPT_GOLDENS") != nullptr) {
    const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
    ASSERT_NE(workspace, nullptr) << "accept with bazel run, not bazel test";
    std::ofstream(absl::StrCat(workspace, "/", file)) << plan;
    GTEST_SKIP() << "accepted " << file << "; nothing was compared";
  }
  std::ifstream golden(file);
  ASSERT_TRUE(golden.is_open()) << file << " is missing; accept it (see above)";
  EXPECT_EQ(plan, std::string(std::istreambuf_iterator<char>(golden), {}));
}

INSTANTIATE_TEST_SUITE_P(Plans, PlanGolden, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace chmdocker
