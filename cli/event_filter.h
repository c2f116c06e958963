// Which events people want to see: docker's --filter of `events`. Pure.
#ifndef CHMDOCKER_CLI_EVENT_FILTER_H_
#define CHMDOCKER_CLI_EVENT_FILTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/container/event.h"

namespace chmdocker::cli {

struct EventFilter {
  std::string key;
  std::string value;
};

// "container=NAME", "image=", "event=", "type=", "label=".
absl::Status ReadEventFilter(absl::string_view text,
                             std::vector<EventFilter>& out);

// Whether it matches one filter of each key.
bool IsWanted(const std::vector<EventFilter>& filters,
              const container::Event& event);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_EVENT_FILTER_H_
