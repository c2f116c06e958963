// The log of a kept container, printed.
#ifndef CHMDOCKER_CLI_LOG_VIEW_H_
#define CHMDOCKER_CLI_LOG_VIEW_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "cli/log_lines.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

inline constexpr uint64_t kAllLines = std::numeric_limits<uint64_t>::max();

struct LogViewOptions {
  bool follow = false;        // until the container has ended
  uint64_t tail = kAllLines;  // so many lines at the end, to begin with
  LogSelection selection;
};

// Its standard output goes to standard output, its standard error to standard
// error. `id`: of a kept container.
absl::Status ShowLog(const container::Runtime& runtime, const std::string& id,
                     const LogViewOptions& options);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LOG_VIEW_H_
