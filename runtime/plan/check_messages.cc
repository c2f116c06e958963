#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using step::StepKind;
using Text = std::string;

// What a step says or takes over the channel: a barrier's name, or one of
// these. None is a name that a barrier has; empty is nothing.
constexpr absl::string_view kProcess = "(process)";
constexpr absl::string_view kMount = "(mount)";
constexpr absl::string_view kFilter = "(filter)";
constexpr absl::string_view kTerminal = "(terminal)";

absl::string_view Said(const step::Step& step) {
  switch (step::KindOf(step)) {
    case StepKind::kSignal:
      return std::get<step::Signal<Text>>(step).barrier;
    case StepKind::kSendProcess:
    case StepKind::kFork:
      return kProcess;
    case StepKind::kSendMount:
      return kMount;
    case StepKind::kSendFilter:
      return kFilter;
    case StepKind::kOpenTerminal:
      return kTerminal;
    default:
      return "";
  }
}

absl::string_view Taken(const step::Step& step) {
  switch (step::KindOf(step)) {
    case StepKind::kAwait:
      return std::get<step::Await<Text>>(step).barrier;
    case StepKind::kJoinProcess:
    case StepKind::kReceiveProcess:
      return kProcess;
    case StepKind::kBindMount:
      return std::get<step::BindMount<Text>>(step).source.slot ==
                     step::FdSlot::kSent
                 ? kMount
                 : "";
    case StepKind::kReceiveFilter:
      return kFilter;
    case StepKind::kReceiveTerminal:
      return kTerminal;
    default:
      return "";
  }
}

// One way of the channel, in which what is said first is taken first.
absl::Status CheckWay(const Timeline& timeline, Actor from) {
  std::vector<size_t> said;
  size_t next = 0;
  for (size_t i = 0; i < timeline.size(); ++i) {
    const step::TimelineEntry& entry = timeline[i];
    if (entry.actor == from) {
      if (!Said(entry.step).empty()) said.push_back(i);
      continue;
    }
    const absl::string_view taken = Taken(entry.step);
    if (taken.empty()) continue;
    if (next == said.size() || Said(timeline[said[next]].step) != taken) {
      return Broken(timeline, i, "something else, or nothing, is said before");
    }
    ++next;
  }
  if (next == said.size()) return absl::OkStatus();
  return Broken(timeline, said[next], "nobody takes it");
}

}  // namespace

absl::Status CheckMessages(const Timeline& timeline) {
  const absl::Status to_init = CheckWay(timeline, Actor::kParent);
  return to_init.ok() ? CheckWay(timeline, Actor::kInit) : to_init;
}

}  // namespace chmdocker::plan
