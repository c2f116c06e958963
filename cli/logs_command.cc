#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_commands.h"
#include "cli/log_lines.h"
#include "cli/log_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

absl::Status TailInto(void* words, absl::string_view text) {
  if (text == "all") return absl::OkStatus();
  return Into<&LogViewOptions::tail>(words, text);
}
template <auto kField>
absl::Status TimeInto(void* words, absl::string_view text) {
  return ReadLogTime(text, TimeNow(),
                     static_cast<LogViewOptions*>(words)->selection.*kField);
}

constexpr Flag kFlags[] = {
    {"follow", "f", "", "go on with what comes, until the container has ended",
     Into<&LogViewOptions::follow>},
    {"tail", "n", "N", "the last N lines only (default: all)", TailInto},
    {"timestamps", "t", "", "print the time of each line",
     Into<&LogViewOptions::selection, &LogSelection::timestamps>},
    {"since", "", "TIME",
     "what came from TIME on: 2026-11-29T08:30:00Z, seconds since 1970, or how "
     "long ago, as 10m",
     TimeInto<&LogSelection::since>},
    {"until", "", "TIME", "what came before TIME",
     TimeInto<&LogSelection::until>},
};

absl::StatusOr<Action> Parse(Words words) {
  LogViewOptions logs;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &logs}, words));
  CHM_ASSIGN_OR_RETURN(const std::string word, OnlyId(rest));
  return Doing([logs, word](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, word));
    return ShowLog(session.runtime, id, logs);
  });
}

}  // namespace

constexpr Command kLogsCommand = {
    "logs",
    "logs",
    "Show what a detached container has written",
    "logs [options] CONTAINER",
    "Its standard output goes to standard output, its standard error to "
    "standard error.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
