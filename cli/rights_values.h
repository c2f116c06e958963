// What the flags for rights take. Pure.
#ifndef CHMDOCKER_CLI_RIGHTS_VALUES_H_
#define CHMDOCKER_CLI_RIGHTS_VALUES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/rights.h"

namespace chmdocker::cli {

// --cap-add, --cap-drop: a name of capabilities(7) in any case, with CAP_ or
// without, or ALL.
absl::Status ReadCapability(absl::string_view text, CapabilityChoice& out);

// --security-opt: KEY=VALUE, or docker's older KEY:VALUE.
absl::Status ReadSecurityOption(absl::string_view text, SecurityOptions& out);

// --sysctl: NAME=VALUE; the last of a name counts.
absl::Status ReadSysctl(absl::string_view text,
                        std::vector<std::pair<std::string, std::string>>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RIGHTS_VALUES_H_
