// The help pages, in the layout of the tutorial's program.
#ifndef CHMDOCKER_CLI_HELP_H_
#define CHMDOCKER_CLI_HELP_H_

#include <string>

#include "cli/command.h"

namespace chmdocker::cli {

std::string MainHelp();
std::string HelpFor(const Command& command);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HELP_H_
