#include "runtime/container/diagnosis.h"

#include <optional>

#include "absl/status/status.h"
#include "runtime/base/status.h"
#include "runtime/host/diagnose.h"
#include "runtime/host/facts.h"
#include "runtime/launch/failure.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::container {

absl::Status Diagnosed(const absl::Status& status, const step::SetupPlan& plan,
                       const host::HostFacts& facts) {
  const std::optional<launch::StepFailure> failure =
      launch::StepFailureOf(status);
  if (!failure) return status;
  return WithHint(
      status, host::Diagnose({failure->kind, failure->error, failure->syscall,
                              step::CloneOf(plan).namespaces},
                             facts));
}

}  // namespace chmdocker::container
