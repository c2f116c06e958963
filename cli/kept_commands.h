// The commands for containers that are kept, as docker's users know them.
#ifndef CHMDOCKER_CLI_KEPT_COMMANDS_H_
#define CHMDOCKER_CLI_KEPT_COMMANDS_H_

#include "cli/command.h"

namespace chmdocker::cli {

extern const Command kAttachCommand;
extern const Command kEndedCommand;
extern const Command kInspectCommand;
extern const Command kLogsCommand;
extern const Command kPortCommand;
extern const Command kPruneCommand;
extern const Command kRenameCommand;
extern const Command kRestartCommand;
extern const Command kRmCommand;
extern const Command kStopCommand;
extern const Command kWaitCommand;
extern const Command kWhyCommand;

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_KEPT_COMMANDS_H_
