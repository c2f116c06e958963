// chmdocker run.
#ifndef CHMDOCKER_CLI_RUN_COMMAND_H_
#define CHMDOCKER_CLI_RUN_COMMAND_H_

#include "cli/command.h"

namespace chmdocker::cli {

extern const Command kRunCommand;

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_COMMAND_H_
