#include "runtime/container/diagnosis.h"

#include <cerrno>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/diagnose.h"
#include "runtime/host/facts.h"
#include "runtime/launch/failure.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::container {

absl::Status Diagnosed(const absl::Status& status, const step::SetupPlan& plan,
                       const host::HostFacts& facts) {
  const std::optional<launch::StepFailure> failure =
      launch::StepFailureOf(status);
  if (!failure) return status;
  if (failure->kind == step::StepKind::kExec && failure->error == EACCES &&
      step::Has(plan, step::StepKind::kRestrictAccess)) {
    return WithHint(status,
                    "--ro and --rw have to name the command's file, and that "
                    "of its interpreter or dynamic linker");
  }
  return WithHint(
      status, host::Diagnose({failure->kind, failure->error, failure->syscall,
                              step::CloneOf(plan).namespaces},
                             facts));
}

void Announce(const Runtime& runtime, const step::SetupPlan& plan) {
  if (!runtime.debug) return;
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    runtime.debug(absl::StrCat("step ", i + 1, "/", plan.timeline.size(), " ",
                               step::Explain(plan.timeline[i].step)));
  }
}

}  // namespace chmdocker::container
