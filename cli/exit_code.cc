#include "cli/exit_code.h"

#include <cerrno>
#include <optional>

#include "absl/status/status.h"
#include "runtime/launch/failure.h"
#include "runtime/step/step.h"

namespace chmdocker::cli {

int ExitCodeFor(const absl::Status& status) {
  if (const std::optional<int> signal = launch::InterruptOf(status)) {
    return kExitSignal + *signal;
  }
  const std::optional<launch::StepFailure> failure =
      launch::StepFailureOf(status);
  if (!failure || (failure->kind != step::StepKind::kExec &&
                   failure->kind != step::StepKind::kFindExecutable)) {
    return kExitFailure;
  }
  return failure->error == ENOENT || failure->error == ENOTDIR
             ? kExitNotFound
             : kExitNotExecutable;
}

}  // namespace chmdocker::cli
