#include "runtime/launch/failure.h"

#include <signal.h>
#include <sys/syscall.h>

#include <cerrno>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::launch {
namespace {

using Text = std::string;
using step::Actor;

step::SetupPlan TwoSteps() {
  step::SetupPlan plan;
  plan.Add(Actor::kInit,
           step::MountFilesystem<Text>{"proc", "proc", {{}, "/proc"}});
  plan.Add(Actor::kInit,
           step::Exec<Text>{{"/bin/tool", "/usr/bin/tool"}, {"tool"}, {}});
  return plan;
}

TEST(StepError, NamesStepCallAndErrno) {
  const absl::Status status =
      StepError(TwoSteps(), 0, raw::Failure(EPERM, SYS_mount), "");
  EXPECT_EQ(status.message(),
            "step 1/2 mount proc on \"/proc\": mount: EPERM (operation not "
            "permitted)");
  const std::optional<StepFailure> failure = StepFailureOf(status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->index, 0U);
  EXPECT_EQ(failure->kind, step::StepKind::kMountFilesystem);
  EXPECT_EQ(failure->error, EPERM);
}

// The words that docker and podman turn into exit code 127.
TEST(StepError, SaysThatPathWasSearched) {
  const absl::Status status =
      StepError(TwoSteps(), 1, raw::Failure(ENOENT, SYS_execve), "");
  EXPECT_TRUE(absl::StrContains(status.message(),
                                "\"tool\": executable file not found in $PATH"))
      << status;
}

TEST(StepError, PrefersTheNote) {
  const absl::Status status = StepError(
      TwoSteps(), 1, raw::Failure(ENOENT, SYS_execve), "interpreter missing");
  EXPECT_TRUE(absl::EndsWith(status.message(), "; interpreter missing"))
      << status;
}

TEST(Interrupted, RemembersTheSignal) {
  EXPECT_EQ(InterruptOf(Interrupted(SIGINT)), SIGINT);
  EXPECT_EQ(InterruptOf(absl::InternalError("")), std::nullopt);
  EXPECT_EQ(StepFailureOf(Interrupted(SIGINT)), std::nullopt);
}

}  // namespace
}  // namespace chmdocker::launch
