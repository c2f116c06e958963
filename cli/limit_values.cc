#include "cli/limit_values.h"

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

template <class T>
absl::Status Read(absl::string_view text, int64_t least, int64_t most,
                  std::optional<T>& out) {
  int64_t value = 0;
  CHM_RETURN_IF_ERROR(ReadNumber(text, least, most, value));
  out = static_cast<T>(value);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadShares(absl::string_view text, std::optional<uint64_t>& out) {
  return Read(text, 2, 262144, out);
}

absl::Status ReadPeriod(absl::string_view text, std::optional<uint64_t>& out) {
  return Read(text, 1000, 1'000'000, out);
}

absl::Status ReadQuota(absl::string_view text, std::optional<int64_t>& out) {
  if (text == "-1") {
    out = -1;
    return absl::OkStatus();
  }
  if (Read(text, 1000, kLargest, out).ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "wants microseconds, 1000 or more, or -1 for unlimited");
}

absl::Status ReadPids(absl::string_view text, std::optional<int64_t>& out) {
  if (!Read(text, -1, kLargest, out).ok()) {
    return absl::InvalidArgumentError(
        "wants a number, 1 or more, or -1 for unlimited");
  }
  if (out <= 0) out = -1;
  return absl::OkStatus();
}

absl::Status ReadWeight(absl::string_view text, std::optional<uint16_t>& out) {
  return Read(text, 10, 1000, out);
}

absl::Status ReadSwappiness(absl::string_view text,
                            std::optional<uint64_t>& out) {
  return Read(text, 0, 100, out);
}

absl::Status ReadOomScore(absl::string_view text, std::optional<int64_t>& out) {
  return Read(text, -1000, 1000, out);
}

}  // namespace chmdocker::cli
