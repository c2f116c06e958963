// Limits by the names of their flags, in what the OCI runtime specification's
// fields are named by elsewhere. Pure.
#ifndef CHMDOCKER_CLI_LIMIT_NAMES_H_
#define CHMDOCKER_CLI_LIMIT_NAMES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// "--memory" for "memory.limit", a field below linux.resources; the field where
// no flag sets it.
std::string FlagOfLimit(absl::string_view field);

// `text` with the flag where it begins with "linux.resources.FIELD: ":
// `--memory: write ...: EBUSY`.
std::string WithFlagName(absl::string_view text);
absl::Status WithFlagName(const absl::Status& status);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIMIT_NAMES_H_
