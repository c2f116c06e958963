// The gflags flags behind GlobalFlags().
#ifndef CHMDOCKER_CLI_GLOBAL_FLAGS_H_
#define CHMDOCKER_CLI_GLOBAL_FLAGS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"

namespace chmdocker::cli {

absl::Status SetGlobalFlag(const Flag& flag, absl::string_view value);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_GLOBAL_FLAGS_H_
