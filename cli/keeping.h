// How a person's container is kept, as the command line has it. Pure data, and
// what reads it.
#ifndef CHMDOCKER_CLI_KEEPING_H_
#define CHMDOCKER_CLI_KEEPING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/state/kept.h"

namespace chmdocker::cli {

struct RestartFlag {
  state::Restart policy = state::Restart::kNo;
  uint32_t most = 0;  // of on-failure; 0: any number
};

struct LogFlags {
  uint64_t max_size = uint64_t{10} << 20;  // bytes a file
  uint32_t max_files = 3;
};

struct Keeping {
  bool detach = false;
  bool remove = false;
  RestartFlag restart;
  std::optional<int> stop_signal;
  std::optional<uint32_t> stop_timeout;  // seconds
  std::string cidfile;
  std::vector<std::string> labels;  // "NAME=value", or "NAME"
  LogFlags log;
};

// "no", "always", "unless-stopped", "on-failure", "on-failure:3".
absl::Status ReadRestart(absl::string_view text, RestartFlag& out);

// "max-size=10m", "max-file=3".
absl::Status ReadLogOption(absl::string_view text, LogFlags& out);

absl::Status ReadStopSignal(absl::string_view text, std::optional<int>& out);

absl::Status ReadLabel(absl::string_view text, std::vector<std::string>& out);

// What belongs together only so; InvalidArgument names the flags.
absl::Status CheckKeeping(const Keeping& keeping);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_KEEPING_H_
