// chmdocker's exit codes: those of docker run and POSIX shells for people,
// those of runc for engines.
#ifndef CHMDOCKER_CLI_EXIT_CODE_H_
#define CHMDOCKER_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace chmdocker::cli {

// The command of an engine failed, and why is in the text.
inline constexpr int kExitOciFailure = 1;
// exec did not come to run its process.
inline constexpr int kExitOciExecFailure = 255;

// chmdocker itself failed.
inline constexpr int kExitFailure = 125;
// The command is there and can't be executed.
inline constexpr int kExitNotExecutable = 126;
// The command, or its interpreter, is not there.
inline constexpr int kExitNotFound = 127;
// Plus the number of the signal that ended it.
inline constexpr int kExitSignal = 128;

// The code for a container that did not come to run its command.
int ExitCodeFor(const absl::Status& status);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_EXIT_CODE_H_
