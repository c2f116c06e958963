#include <time.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/stats.h"
#include "runtime/cgroups/stats_json.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

absl::Status IntervalInto(void* words, absl::string_view text) {
  absl::Duration interval;
  if (!absl::ParseDuration(text, &interval) ||
      interval <= absl::ZeroDuration() || interval > absl::Hours(24)) {
    return absl::InvalidArgumentError("wants a time, as 5s or 500ms");
  }
  static_cast<EventsWords*>(words)->interval = interval;
  return absl::OkStatus();
}

constexpr Flag kFlags[] = {
    {"stats", "", "", "print once, and end", Into<&EventsWords::once>},
    {"interval", "", "TIME", "time between two (default: 5s)", IntervalInto},
};

// Until the container has stopped.
absl::Status Watch(const container::Runtime& runtime,
                   const EventsWords& events) {
  std::optional<uint64_t> oom_kills;
  for (;;) {
    CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                         container::State(runtime, events.id));
    if (snapshot.status == container::Status::kStopped) {
      if (oom_kills) return absl::OkStatus();
      return absl::FailedPreconditionError("container not running");
    }
    CHM_ASSIGN_OR_RETURN(const cgroups::Stats stats,
                         container::GetStats(runtime, events.id));
    if (oom_kills && stats.memory.oom_kills > *oom_kills) {
      CHM_RETURN_IF_ERROR(PrintToStdout(cgroups::OomJson(events.id) + "\n"));
    }
    oom_kills = stats.memory.oom_kills;
    CHM_RETURN_IF_ERROR(
        PrintToStdout(cgroups::StatsJson(events.id, stats) + "\n"));
    if (events.once) return absl::OkStatus();
    const timespec interval = absl::ToTimespec(events.interval);
    nanosleep(&interval, nullptr);
  }
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const EventsWords events, ParseEvents(words));
  return Doing([events](const Session& session) {
    const container::Target target =
        container::FindTarget(session.runtime, events.id);
    EventsWords of_target = events;
    of_target.id = target.id;
    return Watch(target.runtime, of_target);
  });
}

}  // namespace

absl::StatusOr<EventsWords> ParseEvents(Words words) {
  EventsWords events;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &events}, words));
  CHM_ASSIGN_OR_RETURN(events.id, OnlyId(rest));
  return events;
}

constexpr Command kEventsCommand = {
    "events",
    "events",
    "Print what a container uses, as JSON, one object a line",
    "events [options] CONTAINER",
    "Processes killed for want of memory are told at the next interval.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
