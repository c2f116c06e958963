// docker's commands that chmdocker does not have, for who types them.
#ifndef CHMDOCKER_CLI_DOCKER_COMMANDS_H_
#define CHMDOCKER_CLI_DOCKER_COMMANDS_H_

#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// What there is in the place of a command that is unknown here.
absl::string_view HintFor(absl::string_view command);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_DOCKER_COMMANDS_H_
