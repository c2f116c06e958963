// The commands about the files of containers that are kept: docker's, with its
// words and its exit codes.
#ifndef CHMDOCKER_CLI_FILE_COMMANDS_H_
#define CHMDOCKER_CLI_FILE_COMMANDS_H_

#include "cli/command.h"

namespace chmdocker::cli {

extern const Command kCommitCommand;
extern const Command kCpCommand;
extern const Command kDiffCommand;
extern const Command kExportCommand;

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_FILE_COMMANDS_H_
