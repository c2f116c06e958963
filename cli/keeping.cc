#include "cli/keeping.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "cli/signal_name.h"
#include "cli/size.h"
#include "runtime/base/status_macros.h"
#include "runtime/state/kept.h"
#include "runtime/state/kept_json.h"

namespace chmdocker::cli {
namespace {

using Halves = std::pair<absl::string_view, absl::string_view>;

Halves Split(absl::string_view text, char separator) {
  return absl::StrSplit(text, absl::MaxSplits(separator, 1));
}

}  // namespace

absl::Status ReadRestart(absl::string_view text, RestartFlag& out) {
  const auto [name, count] = Split(text, ':');
  RestartFlag read;
  const absl::StatusOr<state::Restart> policy = state::RestartNamed(name);
  const bool has_count = text.size() > name.size();
  if (!policy.ok() || (has_count && *policy != state::Restart::kOnFailure)) {
    return absl::InvalidArgumentError(
        "wants no, on-failure[:N], always or unless-stopped");
  }
  read.policy = *policy;
  if (has_count) CHM_RETURN_IF_ERROR(ReadValue(count, read.most));
  out = read;
  return absl::OkStatus();
}

absl::Status ReadLogOption(absl::string_view text, LogFlags& out) {
  const auto [name, value] = Split(text, '=');
  if (name == "max-size") {
    constexpr uint64_t kLeast = 64 << 10, kMost = uint64_t{1} << 40;
    uint64_t size = 0;
    CHM_RETURN_IF_ERROR(ReadSize(value, size));
    if (size < kLeast || size > kMost) {
      return absl::InvalidArgumentError("max-size: wants 64k to 1t");
    }
    out.max_size = size;
    return absl::OkStatus();
  }
  if (name == "max-file") {
    constexpr int64_t kMost = 1000;
    int64_t files = 0;
    CHM_RETURN_IF_ERROR(ReadNumber(value, 1, kMost, files));
    out.max_files = static_cast<uint32_t>(files);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("wants max-size=SIZE or max-file=N");
}

absl::Status ReadStopSignal(absl::string_view text, std::optional<int>& out) {
  const absl::StatusOr<int> signal = ParseSignal(text);
  if (!signal.ok() || *signal == 0) {
    return absl::InvalidArgumentError("wants a signal, as TERM or 15");
  }
  out = *signal;
  return absl::OkStatus();
}

absl::Status ReadLabel(absl::string_view text, std::vector<std::string>& out) {
  if (text.empty() || text[0] == '=') {
    return absl::InvalidArgumentError("wants NAME=VALUE or NAME");
  }
  out.emplace_back(text);
  return absl::OkStatus();
}

absl::Status CheckKeeping(const Keeping& keeping) {
  if (keeping.restart.policy == state::Restart::kNo) return absl::OkStatus();
  if (!keeping.detach) {
    return absl::InvalidArgumentError(
        "--restart: needs --detach; in the foreground the caller sees the end");
  }
  if (keeping.remove) {
    return absl::InvalidArgumentError(
        "conflicting options: --restart and --rm");
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
