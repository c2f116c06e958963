#include "cli/event_filter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/container/event.h"

namespace chmdocker::cli {
namespace {

using container::Event;

constexpr absl::string_view kContainer = "container", kImage = "image",
                            kEvent = "event", kType = "type", kLabel = "label";

bool HasAttribute(const Event& event, absl::string_view name,
                  absl::string_view value) {
  return std::any_of(event.attributes.begin(), event.attributes.end(),
                     [&](const auto& attribute) {
                       return attribute.first == name &&
                              attribute.second == value;
                     });
}

bool HasLabel(const Event& event, absl::string_view wanted) {
  return std::any_of(event.attributes.begin(), event.attributes.end(),
                     [&](const auto& attribute) {
                       return attribute.first == wanted ||
                              absl::StrCat(attribute.first, "=",
                                           attribute.second) == wanted;
                     });
}

bool IsIdOf(const Event& event, absl::string_view value) {
  return absl::StartsWith(absl::StripPrefix(event.id, "sha256:"),
                          absl::StripPrefix(value, "sha256:"));
}

// By a name, with any tag if none is said, or by an id.
bool IsOfImage(const Event& event, absl::string_view value) {
  const bool is_image = event.type == kImage;
  if (is_image && IsIdOf(event, value)) return true;
  const absl::string_view key = is_image ? "name" : "image";
  return std::any_of(
      event.attributes.begin(), event.attributes.end(),
      [&](const auto& attribute) {
        absl::string_view name = attribute.second;
        return attribute.first == key &&
               (name == value ||
                (absl::ConsumePrefix(&name, value) &&
                 absl::StartsWith(name, ":") && !absl::StrContains(name, '/')));
      });
}

bool Matches(const EventFilter& filter, const Event& event) {
  if (filter.key == kContainer) {
    return event.type == kContainer &&
           (IsIdOf(event, filter.value) ||
            HasAttribute(event, "name", filter.value));
  }
  if (filter.key == kImage) return IsOfImage(event, filter.value);
  if (filter.key == kType) return event.type == filter.value;
  if (filter.key == kLabel) return HasLabel(event, filter.value);
  // "exec_start" is any command's.
  absl::string_view action = event.action;
  return absl::ConsumePrefix(&action, filter.value) &&
         (action.empty() || action[0] == ':');
}

}  // namespace

absl::Status ReadEventFilter(absl::string_view text,
                             std::vector<EventFilter>& out) {
  const size_t equals = std::min(text.find('='), text.size());
  const absl::string_view key = text.substr(0, equals);
  const bool is_known = key == kContainer || key == kImage || key == kEvent ||
                        key == kType || key == kLabel;
  if (!is_known || equals + 1 >= text.size()) {
    return absl::InvalidArgumentError(
        "wants container=, image=, event=, type= or label=, and a value");
  }
  out.push_back({std::string(key), std::string(text.substr(equals + 1))});
  return absl::OkStatus();
}

bool IsWanted(const std::vector<EventFilter>& filters, const Event& event) {
  return std::all_of(
      filters.begin(), filters.end(), [&](const EventFilter& wanted) {
        return std::any_of(
            filters.begin(), filters.end(), [&](const EventFilter& filter) {
              return filter.key == wanted.key && Matches(filter, event);
            });
      });
}

}  // namespace chmdocker::cli
