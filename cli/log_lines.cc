#include "cli/log_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/timestamp.h"

namespace chmdocker::cli {
namespace {

// The word up to the next blank, which is taken off `text`.
absl::string_view TakeWord(absl::string_view& text) {
  const size_t blank = text.find(' ');
  const absl::string_view word = text.substr(0, blank);
  text.remove_prefix(blank == absl::string_view::npos ? text.size()
                                                      : blank + 1);
  return word;
}

}  // namespace

std::optional<LogPiece> ParseLogLine(absl::string_view line) {
  LogPiece piece;
  piece.time = TakeWord(line);
  piece.stream = TakeWord(line);
  const absl::string_view whole = TakeWord(line);
  piece.whole = whole == "F";
  piece.text = line;
  const bool is_known = piece.stream == "stdout" || piece.stream == "stderr" ||
                        piece.stream == "log";
  if (!is_known || (whole != "F" && whole != "P")) return std::nullopt;
  return piece;
}

size_t StreamOf(const LogPiece& piece) {
  return piece.stream == "stdout" ? 0 : piece.stream == "stderr" ? 1 : 2;
}

bool LineBegins::Take(const LogPiece& piece) {
  bool& in_line = in_line_[StreamOf(piece)];
  const bool begins = !in_line;
  in_line = !piece.whole;
  return begins;
}

void LogPrinter::Take(const LogPiece& piece, std::string& out,
                      std::string& error) {
  // Texts of one form: they are in the order of the times.
  if (!options_.since.empty() && piece.time < options_.since) return;
  if (!options_.until.empty() && piece.time >= options_.until) return;
  if (piece.stream == "log") {
    absl::StrAppend(&error, "chmdocker: ", piece.text, "\n");
    return;
  }
  const bool is_error = piece.stream == "stderr";
  std::string& to = is_error ? error : out;
  const bool begins = begins_.Take(piece);
  if (options_.timestamps && begins) absl::StrAppend(&to, piece.time, " ");
  absl::StrAppend(&to, piece.text, piece.whole ? "\n" : "");
}

absl::Status ReadLogTime(absl::string_view text, UnixTime now,
                         std::string& out) {
  std::optional<UnixTime> time = ParseTime(text);
  absl::Duration before;
  uint32_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) {
    time = seconds * kSecond;
  } else if (absl::ParseDuration(text, &before)) {
    time = std::max(now - absl::ToInt64Nanoseconds(before), UnixTime{0});
  }
  if (!time) {
    return absl::InvalidArgumentError(
        "wants a time as 2026-11-29T08:30:00Z, seconds since 1970, or how long "
        "ago, as 10m");
  }
  out = FormatTime(*time);
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
