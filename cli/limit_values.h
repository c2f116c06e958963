// The numbers that flags for limits take, each with its range. Pure.
#ifndef CHMDOCKER_CLI_LIMIT_VALUES_H_
#define CHMDOCKER_CLI_LIMIT_VALUES_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// --cpu-shares: 2 to 262144, the kernel's range of cpu.shares.
absl::Status ReadShares(absl::string_view text, std::optional<uint64_t>& out);
// --cpu-period: microseconds, 1 ms to 1 s.
absl::Status ReadPeriod(absl::string_view text, std::optional<uint64_t>& out);
// --cpu-quota: microseconds, 1 ms or more, or -1 for unlimited.
absl::Status ReadQuota(absl::string_view text, std::optional<int64_t>& out);
// --pids-limit: 1 or more; 0 and -1 are unlimited.
absl::Status ReadPids(absl::string_view text, std::optional<int64_t>& out);
// --blkio-weight: 10 to 1000.
absl::Status ReadWeight(absl::string_view text, std::optional<uint16_t>& out);
// --memory-swappiness: 0 to 100.
absl::Status ReadSwappiness(absl::string_view text,
                            std::optional<uint64_t>& out);
// --oom-score-adj: -1000 to 1000.
absl::Status ReadOomScore(absl::string_view text, std::optional<int64_t>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIMIT_VALUES_H_
