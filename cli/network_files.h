// The files of /etc by which a container finds names: hosts, hostname and
// resolv.conf. Effects: the host's are read.
#ifndef CHMDOCKER_CLI_NETWORK_FILES_H_
#define CHMDOCKER_CLI_NETWORK_FILES_H_

#include "absl/status/status.h"
#include "cli/run_options.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/run.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {

// A container of an image, and one that flags are given for, has them for its
// own: they are added to `wishes`, but for those in whose places something is
// mounted. Any other that is in the host's network, on --rootfs, sees the
// host's: they are added to `spec`, read-only, where there is an /etc. Of the
// host's what can't be read is left out, with a warning. FailedPrecondition:
// the host's own root file system has no file in whose place one could be
// shown.
absl::Status AddNetworkFiles(const container::Runtime& runtime,
                             const RunOptions& options,
                             spec::ContainerSpec& spec,
                             container::Wishes& wishes);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_NETWORK_FILES_H_
