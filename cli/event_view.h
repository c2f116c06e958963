// The events of containers and images, printed: container/event_log.h.
#ifndef CHMDOCKER_CLI_EVENT_VIEW_H_
#define CHMDOCKER_CLI_EVENT_VIEW_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/event_filter.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

struct EventViewOptions {
  std::string since;  // RFC 3339, as FormatTime has it
  std::string until;  // the same; empty: for ever
  std::vector<EventFilter> filters;
  std::string format;  // "", "json", or a template
};

// Those that there are since then, and those that come, until then or until
// nobody reads them any more.
absl::Status ShowEvents(const container::Runtime& runtime,
                        const EventViewOptions& options);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_EVENT_VIEW_H_
