// All commands, in the order of help.
#ifndef CHMDOCKER_CLI_COMMANDS_H_
#define CHMDOCKER_CLI_COMMANDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"

namespace chmdocker::cli {

absl::Span<const Command* const> Commands();

// By name or alias; null when there is none.
const Command* FindCommand(absl::string_view name);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_COMMANDS_H_
