#include "cli/explain_printer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/run_options.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/quote.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::cli {
namespace {

std::string Heading(const step::SetupPlan& plan,
                    const spec::ContainerSpec& spec) {
  return absl::StrCat(
      "plan: ", plan.timeline.size(), " steps; root file system: ",
      spec.root.path.empty() ? "the host's own" : Quote(spec.root.path), "\n");
}

std::string Result(const launch::StepOutcome& outcome) {
  return outcome.error == 0
             ? "ok"
             : absl::StrCat("passed over ", ErrnoText(outcome.error));
}

}  // namespace

std::string PlanReport(const step::SetupPlan& plan,
                       const spec::ContainerSpec& spec, Format format) {
  switch (format) {
    case Format::kText:
      return absl::StrCat(Heading(plan, spec), step::ExplainText(plan));
    case Format::kJson:
      return step::ExplainJson(plan);
  }
  return "";
}

std::string StepPrinter::Finished(const step::SetupPlan& plan,
                                  const launch::StepOutcome& outcome) {
  const step::Step& step = plan.timeline[outcome.index].step;
  if (format_ == Format::kJson) {
    return absl::StrCat(
        "{\"step\":", outcome.index + 1, ",\"actor\":",
        QuoteJson(step::ActorName(plan.timeline[outcome.index].actor)),
        ",\"kind\":", QuoteJson(step::KindName(step::KindOf(step))),
        ",\"does\":", QuoteJson(step::Explain(step)),
        ",\"result\":", QuoteJson(Result(outcome)),
        outcome.microseconds
            ? absl::StrCat(",\"microseconds\":", *outcome.microseconds)
            : "",
        "}\n");
  }
  std::string out;
  if (!std::exchange(begun_, true)) out = Heading(plan, spec_);
  std::string entry = step::ExplainEntry(plan, outcome.index);
  entry.resize(std::max(entry.size(), size_t{72}), ' ');
  absl::StrAppend(&out, entry, "  ", Result(outcome));
  if (outcome.microseconds) {
    absl::StrAppend(&out, ", ", *outcome.microseconds, " us");
  }
  const absl::string_view purpose = step::Purpose(step);
  if (std::exchange(last_purpose_, purpose) != purpose) {
    absl::StrAppend(&out, "\n", step::kPurposeIndent, purpose);
  }
  return out + "\n";
}

std::string StepPrinter::Failed(const absl::Status& status) const {
  const std::optional<launch::StepFailure> failure =
      launch::StepFailureOf(status);
  if (!failure || format_ == Format::kText) return "";
  return absl::StrCat(
      "{\"step\":", failure->index + 1,
      ",\"result\":\"failed\",\"error\":", QuoteJson(ErrnoName(failure->error)),
      ",\"message\":", QuoteJson(status.message()), "}\n");
}

}  // namespace chmdocker::cli
