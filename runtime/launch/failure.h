// How a failed launch is told: text for people, payloads for programs.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_FAILURE_H_
#define CHMDOCKER_RUNTIME_LAUNCH_FAILURE_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::launch {

// The status of a failed step. `note` may be empty.
absl::Status StepError(const step::SetupPlan& plan, size_t index,
                       raw::Result failure, absl::string_view note);

// The status of a set-up that `signal` ended.
absl::Status Interrupted(int signal);

// What a status of StepError says; nothing for other statuses.
struct StepFailure {
  size_t index = 0;
  step::StepKind kind = step::StepKind::kClone;
  int error = 0;     // errno
  long syscall = 0;  // SYS_*
};
std::optional<StepFailure> StepFailureOf(const absl::Status& status);

// The signal of a status of Interrupted.
std::optional<int> InterruptOf(const absl::Status& status);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_FAILURE_H_
