#include "cli/log.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::cli {
namespace {

absl::string_view Word(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

// RFC 3339 in local time. strftime's %z has no colon: +0800.
std::string Now() {
  const time_t seconds = static_cast<time_t>(TimeNow() / kSecond);
  tm local = {};
  localtime_r(&seconds, &local);
  char text[40];
  const size_t size =
      strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &local);
  std::string now(text, size);
  if (now.size() > 2) now.insert(now.size() - 2, ":");
  return now;
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view word) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    if (word == Word(level)) return level;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--log-level ", Quote(word), ": wants debug, info, warning or error"));
}

absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view word) {
  if (word == "json") return LogFormat::kJson;
  if (word == "text") return LogFormat::kText;
  return absl::InvalidArgumentError(
      absl::StrCat("--log-format ", Quote(word), ": wants json or text"));
}

std::string LogLine(LogFormat format, LogLevel level, absl::string_view time,
                    absl::string_view message) {
  switch (format) {
    case LogFormat::kJson:
      return absl::StrCat("{\"level\":\"", Word(level),
                          "\",\"msg\":", QuoteJson(message), ",\"time\":\"",
                          time, "\"}\n");
    case LogFormat::kText:
      return absl::StrCat("time=\"", time, "\" level=", Word(level),
                          " msg=", Quote(message), "\n");
  }
  return "";
}

absl::StatusOr<Log> Log::Open(const LogOptions& options) {
  if (options.file.empty() || options.file == "-") {
    return Log(options, UniqueFd());
  }
  UniqueFd file(open(options.file.c_str(),
                     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file.valid()) {
    return ErrnoError(errno, absl::StrCat("--log: open ", Quote(options.file)));
  }
  return Log(options, std::move(file));
}

int Log::fd() const {
  if (file_.valid()) return file_.get();
  return options_.file == "-" ? STDOUT_FILENO : STDERR_FILENO;
}

void Log::Write(LogLevel level, absl::string_view message) const {
  if (level < options_.level) return;
  const std::string line = LogLine(options_.format, level, Now(), message);
  (void)!write(fd(), line.data(), line.size());
}

}  // namespace chmdocker::cli
