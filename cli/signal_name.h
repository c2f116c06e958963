// Signals by name.
#ifndef CHMDOCKER_CLI_SIGNAL_NAME_H_
#define CHMDOCKER_CLI_SIGNAL_NAME_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// "9", "KILL", "SIGKILL", "sigkill", "RTMIN+1", "RTMAX-2": 0 to 64; 0 only asks
// whether one could be sent: kill(2). InvalidArgument otherwise. RTMIN is the
// kernel's count from libc's first free one, 34, as kill(1) has it.
absl::StatusOr<int> ParseSignal(absl::string_view word);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SIGNAL_NAME_H_
