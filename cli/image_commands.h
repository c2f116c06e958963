// The commands about images: docker's, with its words and its exit codes, 1 for
// a command that failed.
#ifndef CHMDOCKER_CLI_IMAGE_COMMANDS_H_
#define CHMDOCKER_CLI_IMAGE_COMMANDS_H_

#include "cli/command.h"

namespace chmdocker::cli {

extern const Command kHistoryCommand;
extern const Command kImagesCommand;
extern const Command kImportCommand;
extern const Command kLoadCommand;
extern const Command kRmiCommand;
extern const Command kSaveCommand;
extern const Command kTagCommand;

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_COMMANDS_H_
