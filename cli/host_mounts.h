// What of a person's mounts depends on what the host and the image have.
// Effects.
#ifndef CHMDOCKER_CLI_HOST_MOUNTS_H_
#define CHMDOCKER_CLI_HOST_MOUNTS_H_

#include <vector>

#include "absl/status/status.h"
#include "cli/run_options.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// Who is in the host's network finds names as the host does: adds its hosts and
// resolv.conf to `spec`, read-only, where the image has an /etc and nothing
// else is mounted in their places.
void AddNetworkFiles(const RunOptions& options, spec::ContainerSpec& spec);

// Makes the sources of binds that have `makes_source`, unless it is a dry run;
// InvalidArgument, with the flag, for others that are not there.
absl::Status PrepareSources(const RunOptions& options,
                            const std::vector<spec::Mount>& mounts);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HOST_MOUNTS_H_
