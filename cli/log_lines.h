// The log of a kept container, as monitor/log_writer.h describes it, as people
// want to see it. Pure.
#ifndef CHMDOCKER_CLI_LOG_LINES_H_
#define CHMDOCKER_CLI_LOG_LINES_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/timestamp.h"

namespace chmdocker::cli {

struct LogPiece {
  absl::string_view time;    // RFC 3339
  absl::string_view stream;  // "stdout", "stderr", or the monitor's own: "log"
  bool whole = false;        // its line ends with it
  absl::string_view text;
};

// A line of the file, without its end; nothing for one that is damaged.
std::optional<LogPiece> ParseLogLine(absl::string_view line);

// Of a piece: standard output, error, and the monitor's own.
inline constexpr size_t kStreams = 3;
size_t StreamOf(const LogPiece& piece);

// Where lines begin, as the pieces of the streams come in any order.
class LineBegins {
 public:
  // Whether a line of its stream begins with the piece.
  bool Take(const LogPiece& piece);

 private:
  std::array<bool, kStreams> in_line_ = {};
};

struct LogSelection {
  bool timestamps = false;
  std::string since;  // as LogTime has it; empty: from the beginning
  std::string until;  // the same
};

// What of the log goes where, piece by piece.
class LogPrinter {
 public:
  explicit LogPrinter(const LogSelection& options) : options_(options) {}

  // Appends what is to be printed of a piece to `out` or `error`.
  void Take(const LogPiece& piece, std::string& out, std::string& error);

 private:
  const LogSelection& options_;
  LineBegins begins_;
};

// A time of the log for "2026-11-29T08:30:00Z", seconds since 1970, or "10m"
// before `now`. InvalidArgument otherwise.
absl::Status ReadLogTime(absl::string_view text, UnixTime now,
                         std::string& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LOG_LINES_H_
