// The words of mounts[].options and linux.rootfsPropagation.
#ifndef CHMDOCKER_RUNTIME_OCI_MOUNT_OPTIONS_H_
#define CHMDOCKER_RUNTIME_OCI_MOUNT_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/flags.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {

// Adds what the options say to `mount`. Of options that exclude each other the
// last one counts. What the table does not know belongs to the file system and
// joins `mount.data`.
void ApplyMountOptions(absl::Span<const std::string> options,
                       spec::Mount& mount);

// The options of the table, sorted: mountOptions of the features document.
std::vector<absl::string_view> MountOptionNames();

// "rshared", "private", ...: MS_SHARED, ..., with MS_REC.
std::optional<MountFlags> FindPropagation(absl::string_view name);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_MOUNT_OPTIONS_H_
