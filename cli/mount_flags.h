// --volume, --mount and --tmpfs, as docker has them. Pure: no path is looked
// at.
#ifndef CHMDOCKER_CLI_MOUNT_FLAGS_H_
#define CHMDOCKER_CLI_MOUNT_FLAGS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// What they add: the destination is a clean path, a bind's source absolute or
// from "." on.

// SOURCE:DESTINATION[:OPTION,...]: a bind of the whole tree.
absl::Status ReadVolume(absl::string_view text, std::vector<spec::Mount>& out);

// KEY=VALUE,...: of type bind or tmpfs.
absl::Status ReadMount(absl::string_view text, std::vector<spec::Mount>& out);

// DESTINATION[:OPTION,...].
absl::Status ReadTmpfs(absl::string_view text, std::vector<spec::Mount>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_MOUNT_FLAGS_H_
