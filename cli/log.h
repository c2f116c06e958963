// chmdocker's own log: one line an event.
#ifndef CHMDOCKER_CLI_LOG_H_
#define CHMDOCKER_CLI_LOG_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::cli {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kJson, kText };

// InvalidArgument with the words that are understood.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view word);
absl::StatusOr<LogFormat> ParseLogFormat(absl::string_view word);

struct LogOptions {
  std::string file;  // empty: standard error; "-": standard output
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kJson;
};

// One line of the log, newline included. `time` is RFC 3339; as json
//
//   {"level":"info","msg":"init come on","time":"2019-10-07T11:39:57+08:00"}
//
// and as text
//
//   time="2019-10-07T11:39:57+08:00" level=info msg="init come on"
std::string LogLine(LogFormat format, LogLevel level, absl::string_view time,
                    absl::string_view message);

class Log {
 public:
  // Appends to the file, which is created with mode 0644 if missing.
  static absl::StatusOr<Log> Open(const LogOptions& options);

  // Written with one write(2); a full disk or a closed pipe loses the line,
  // not the container.
  void Write(LogLevel level, absl::string_view message) const;

  // Errors are printed to standard error for people; a log elsewhere gets them
  // as well.
  bool IsStandardError() const { return options_.file.empty(); }

 private:
  explicit Log(LogOptions options, UniqueFd file)
      : options_(std::move(options)), file_(std::move(file)) {}
  int fd() const;

  LogOptions options_;
  UniqueFd file_;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LOG_H_
