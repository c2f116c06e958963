#include "runtime/plan/timeline.h"

#include <cstddef>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {

using step::StepKind;
using Text = std::string;

absl::Status Broken(const Timeline& timeline, size_t at,
                    absl::string_view invariant) {
  return absl::InternalError(
      absl::StrCat("plan: step ", at + 1, "/", timeline.size(), " ",
                   step::Explain(timeline[at].step), ": ", invariant));
}

size_t Count(const Timeline& timeline, StepKind kind) {
  size_t count = 0;
  for (const step::TimelineEntry& entry : timeline) {
    count += step::KindOf(entry.step) == kind;
  }
  return count;
}

size_t Find(const Timeline& timeline, StepKind kind) {
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (step::KindOf(timeline[i].step) == kind) return i;
  }
  return kNowhere;
}

CloneFlags Made(const Timeline& timeline) {
  CloneFlags made;
  for (const step::TimelineEntry& entry : timeline) {
    if (const auto* clone = std::get_if<step::Clone<Text>>(&entry.step)) {
      made |= clone->namespaces;
    }
    if (const auto* fork = std::get_if<step::Fork<Text>>(&entry.step)) {
      made |= fork->namespaces;
    }
  }
  return made;
}

bool Mounts(StepKind kind) {
  return kind == StepKind::kMountOverlay || kind == StepKind::kOpenRootfs ||
         kind == StepKind::kMountFilesystem || kind == StepKind::kBindMount ||
         kind == StepKind::kSetMountAttributes || kind == StepKind::kMaskPath ||
         kind == StepKind::kPivotRoot || kind == StepKind::kMoveRoot;
}

}  // namespace chmdocker::plan
