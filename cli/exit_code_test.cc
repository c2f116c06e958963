#include "cli/exit_code.h"

#include <signal.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/launch/failure.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::cli {
namespace {

int CodeOfExec(int error) {
  step::SetupPlan plan;
  plan.Add(step::Actor::kInit, step::Exec<std::string>{});
  return ExitCodeFor(
      launch::StepError(plan, 0, raw::Failure(error, SYS_execve), ""));
}

TEST(ExitCodeFor, FollowsTheShell) {
  EXPECT_EQ(CodeOfExec(ENOENT), 127);
  EXPECT_EQ(CodeOfExec(ENOTDIR), 127);
  EXPECT_EQ(CodeOfExec(EACCES), 126);
  EXPECT_EQ(CodeOfExec(ENOEXEC), 126);
}

TEST(ExitCodeFor, IsOwnFailureOtherwise) {
  EXPECT_EQ(ExitCodeFor(absl::InvalidArgumentError("")), 125);
  step::SetupPlan plan;
  plan.Add(step::Actor::kInit, step::ChangeDirectory<std::string>{"/nowhere"});
  EXPECT_EQ(ExitCodeFor(launch::StepError(plan, 0,
                                          raw::Failure(ENOENT, SYS_chdir), "")),
            125);
}

TEST(ExitCodeFor, CountsSignalsFrom128) {
  EXPECT_EQ(ExitCodeFor(launch::Interrupted(SIGINT)), 130);
}

}  // namespace
}  // namespace chmdocker::cli
