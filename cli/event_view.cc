#include "cli/event_view.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/print.h"
#include "cli/rotated_lines.h"
#include "cli/template.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event.h"
#include "runtime/container/event_log.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/root.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<std::string> Formatted(const container::Event& event,
                                      absl::string_view json,
                                      const std::string& format) {
  if (format.empty()) return container::EventText(event);
  if (format == "json" || format == "{{json .}}") return std::string(json);
  return ExpandTemplate(
      format, container::EventJson(event, container::EventKeys::kTemplate));
}

absl::Status ShowLine(absl::string_view line, const EventViewOptions& options) {
  // What a crash has cut off is none.
  const std::optional<container::Event> event = container::ParseEvent(line);
  if (!event) return absl::OkStatus();
  const std::string time = FormatTime(event->time);
  if (time < options.since || !IsWanted(options.filters, *event) ||
      (!options.until.empty() && time > options.until)) {
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(const std::string text,
                       Formatted(*event, line, options.format));
  return PrintToStdout(absl::StrCat(text, "\n"));
}

// False: it is over.
absl::StatusOr<bool> AwaitMore(const DirectoryWatch& changes,
                               const std::string& until) {
  timespec left = {};
  if (!until.empty()) {
    const UnixTime rest = ParseTime(until).value_or(0) - TimeNow();
    if (rest <= 0) return false;
    left.tv_sec = static_cast<time_t>(rest / kSecond);
    left.tv_nsec = static_cast<long>(rest % kSecond);
  }
  // Of standard output, whether its reader has gone.
  pollfd fds[] = {{changes.fd(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
  if (ppoll(fds, 2, until.empty() ? nullptr : &left, nullptr) < 0 &&
      errno != EINTR) {
    return ErrnoError(errno, "ppoll");
  }
  changes.Drain();
  return (fds[1].revents & POLLERR) == 0;
}

}  // namespace

absl::Status ShowEvents(const container::Runtime& runtime,
                        const EventViewOptions& options) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd directory,
                       state::MakeRoot(runtime.data_root, "--data-root"));
  CHM_ASSIGN_OR_RETURN(const DirectoryWatch changes,
                       DirectoryWatch::Start(directory.get()));
  RotatedLines lines(directory.get(), container::kEventFile);
  for (bool more = true; more;) {
    CHM_RETURN_IF_ERROR(lines.Read(
        [&](absl::string_view line) { return ShowLine(line, options); }));
    CHM_ASSIGN_OR_RETURN(more, AwaitMore(changes, options.until));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
