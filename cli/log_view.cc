#include "cli/log_view.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/log_lines.h"
#include "cli/print.h"
#include "cli/rotated_lines.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/monitor/log_writer.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

class LogView {
 public:
  LogView(const LogViewOptions& options, int directory)
      : options_(options),
        lines_(directory, monitor::kLogName),
        printer_(options.selection) {}

  // All that there is.
  absl::Status Show() {
    if (options_.tail != kAllLines) {
      uint64_t lines = 0;
      LineBegins begins;
      CHM_RETURN_IF_ERROR(lines_.Scan([&](absl::string_view line) {
        const std::optional<LogPiece> piece = ParseLogLine(line);
        if (piece && begins.Take(*piece)) ++lines;
        return absl::OkStatus();
      }));
      skipped_ = lines > options_.tail ? lines - options_.tail : 0;
    }
    return ShowNew();
  }

  // And what comes until `monitor` has ended.
  absl::Status Follow(int directory, int monitor) {
    CHM_ASSIGN_OR_RETURN(const DirectoryWatch changes,
                         DirectoryWatch::Start(directory));
    for (;;) {
      // Looked at once more when it is over: the last of it came before.
      pollfd fds[] = {{changes.fd(), POLLIN, 0}, {monitor, POLLIN, 0}};
      CHM_RETURN_IF_ERROR(ShowNew());
      if (poll(fds, 2, -1) < 0 && errno != EINTR) {
        return ErrnoError(errno, "poll");
      }
      changes.Drain();
      if (fds[1].revents != 0) return ShowNew();
    }
  }

 private:
  absl::Status ShowNew() {
    CHM_RETURN_IF_ERROR(
        lines_.Read([this](absl::string_view line) { return Take(line); }));
    return Flush();
  }

  absl::Status Take(absl::string_view line) {
    constexpr size_t kMost = size_t{64} * 1024;
    const std::optional<LogPiece> piece = ParseLogLine(line);
    if (!piece) return absl::OkStatus();
    bool& skips = skips_[StreamOf(*piece)];
    if (begins_.Take(*piece)) {
      skips = skipped_ > 0;
      if (skips) --skipped_;
    }
    if (skips) return absl::OkStatus();
    printer_.Take(*piece, out_, error_);
    return out_.size() + error_.size() < kMost ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    CHM_RETURN_IF_ERROR(PrintToStdout(out_));
    out_.clear();
    absl::Status status =
        sys::WriteAll(STDERR_FILENO, error_, "standard error");
    error_.clear();
    return status;
  }

  const LogViewOptions& options_;
  RotatedLines lines_;
  LogPrinter printer_;
  uint64_t skipped_ = 0;  // lines still to be left out
  LineBegins begins_;
  std::array<bool, kStreams> skips_ = {};  // the line that a stream is in
  std::string out_;
  std::string error_;
};

}  // namespace

absl::Status ShowLog(const container::Runtime& runtime, const std::string& id,
                     const LogViewOptions& options) {
  const std::string root = container::KeptRuntime(runtime).root;
  CHM_ASSIGN_OR_RETURN(const state::Record record, state::Peek(root, id));
  const absl::StatusOr<UniqueFd> monitor = state::OpenPidfd(record.monitor);
  const std::string path = absl::StrCat(root, "/", id);
  const UniqueFd directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return ErrnoError(errno, Quote(path));
  LogView view(options, directory.get());
  CHM_RETURN_IF_ERROR(view.Show());
  if (!options.follow || !monitor.ok()) return absl::OkStatus();
  return view.Follow(directory.get(), monitor->get());
}

}  // namespace chmdocker::cli
