// Whether the sources of a person's binds are there. Effects.
#ifndef CHMDOCKER_CLI_HOST_MOUNTS_H_
#define CHMDOCKER_CLI_HOST_MOUNTS_H_

#include <vector>

#include "absl/status/status.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// Makes those that have `makes_source`, if it `may_make`; InvalidArgument for
// others that are not there.
absl::Status PrepareSources(const std::vector<spec::Mount>& mounts,
                            bool may_make);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HOST_MOUNTS_H_
