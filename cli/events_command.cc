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
#include "cli/event_filter.h"
#include "cli/event_view.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/log_lines.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
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

absl::Status FilterInto(void* words, absl::string_view text) {
  return ReadEventFilter(text, static_cast<EventsWords*>(words)->view.filters);
}

template <auto kField>
absl::Status TimeInto(void* words, absl::string_view text) {
  return ReadLogTime(text, TimeNow(),
                     static_cast<EventsWords*>(words)->view.*kField);
}

constexpr Flag kFlags[] = {
    {"since", "", "TIME",
     "what happened from TIME on, too: 2026-11-29T08:30:00Z, seconds since "
     "1970, or how long ago, as 10m (default: now)",
     TimeInto<&EventViewOptions::since>},
    {"until", "", "TIME", "end at TIME (default: go on)",
     TimeInto<&EventViewOptions::until>},
    {"filter", "f", "FILTER",
     "only what matches: container=, image=, event=, type=container|image, "
     "label=NAME[=VALUE] (repeatable)",
     FilterInto},
    {"format", "", "FORMAT",
     "print json, an object a line, or a template as '{{.Action}} {{.ID}} "
     "{{.Actor.Attributes.name}}'",
     Into<&EventsWords::view, &EventViewOptions::format>},
    {"stats", "", "", "of CONTAINER: print once, and end",
     Into<&EventsWords::once>},
    {"interval", "", "TIME", "of CONTAINER: time between two (default: 5s)",
     IntervalInto},
};

// What is said only with a container's id, or only without.
absl::Status CheckWords(const EventsWords& events) {
  const EventViewOptions& view = events.view;
  if (events.id.empty()) {
    return !events.once && !events.interval
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     "--stats and --interval: want a container's id");
  }
  return view.since.empty() && view.until.empty() && view.filters.empty() &&
                 view.format.empty()
             ? absl::OkStatus()
             : absl::InvalidArgumentError(
                   "a container's id: is not for --since, --until, --filter "
                   "and --format; --filter container=ID shows its events");
}

// Until the container has stopped.
absl::Status Watch(const container::Runtime& runtime,
                   const EventsWords& events) {
  const timespec interval =
      absl::ToTimespec(events.interval.value_or(absl::Seconds(5)));
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
    nanosleep(&interval, nullptr);
  }
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const EventsWords events, ParseEvents(words));
  if (events.id.empty()) {
    return Doing([events](const Session& session) {
      return ShowEvents(session.runtime, events.view);
    });
  }
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
  if (!rest.empty()) {
    CHM_ASSIGN_OR_RETURN(events.id, OnlyId(rest));
  }
  CHM_RETURN_IF_ERROR(CheckWords(events));
  if (events.view.since.empty()) events.view.since = Now();
  return events;
}

constexpr Command kEventsCommand = {
    "events",
    "events",
    "Show what becomes of containers and images, as it happens",
    "events [options] [CONTAINER]",
    "As docker's: create, start, die, stop, destroy and others of containers "
    "that are kept;\n   load, tag, delete and others of images. With a "
    "CONTAINER it prints what that uses, as\n   JSON, one object a line, as "
    "runc does: processes killed for want of memory are told\n   at the next "
    "interval.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
