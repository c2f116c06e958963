#include "runtime/step/explain.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::step {
namespace {

std::string JsonEntry(const SetupPlan& plan, size_t index) {
  const TimelineEntry& entry = plan.timeline[index];
  std::string out = absl::StrCat(
      "{\"step\":", index + 1, ",\"actor\":", QuoteJson(ActorName(entry.actor)),
      ",\"kind\":", QuoteJson(KindName(KindOf(entry.step))),
      ",\"does\":", QuoteJson(Explain(entry.step)),
      ",\"why\":", QuoteJson(Purpose(entry.step)));
  if (entry.ignored_error != 0) {
    absl::StrAppend(&out,
                    ",\"ignores\":", QuoteJson(ErrnoName(entry.ignored_error)));
  }
  return out + "}";
}

}  // namespace

std::string Explain(const Step& step) {
  return std::visit([](const auto& s) { return Describe(s); }, step);
}

std::string ExplainEntry(const SetupPlan& plan, size_t index) {
  const TimelineEntry& entry = plan.timeline[index];
  constexpr size_t kActorWidth = 6;
  std::string actor(ActorName(entry.actor));
  actor.resize(std::max(actor.size(), kActorWidth), ' ');
  return absl::StrCat(absl::Dec(index + 1, absl::kSpacePad2), "/",
                      plan.timeline.size(), " ", actor, "  ",
                      Explain(entry.step));
}

std::string ExplainText(const SetupPlan& plan) {
  std::string out;
  absl::string_view last_purpose;
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    absl::StrAppend(&out, ExplainEntry(plan, i), "\n");
    // Said once for a row of steps of one kind.
    const absl::string_view purpose = Purpose(plan.timeline[i].step);
    if (purpose != last_purpose) {
      absl::StrAppend(&out, kPurposeIndent, purpose, "\n");
    }
    last_purpose = purpose;
  }
  return out;
}

std::string ExplainJson(const SetupPlan& plan) {
  std::string out = "{\"steps\":[";
  for (size_t i = 0; i < plan.timeline.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", JsonEntry(plan, i));
  }
  return out + "]}\n";
}

}  // namespace chmdocker::step
