// RunOptions -> ContainerSpec. Pure: what it needs of the caller is given.
#ifndef CHMDOCKER_CLI_OPTIONS_TO_SPEC_H_
#define CHMDOCKER_CLI_OPTIONS_TO_SPEC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/run_options.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {

struct Caller {
  // "NAME=value". Not copies: there are dozens, and `environ` outlives all.
  std::vector<absl::string_view> environment;
  std::string working_directory;  // absolute
  // How many descriptors from 3 on it has left open, without a gap.
  uint32_t inherited_fds = 0;
};

// Without --rootfs the command gets the caller's environment and working
// directory, as in a shell; with it, only what an image's command would get.
// Devices and what depends on the host are left to AddHostLimits.
// InvalidArgument names the flag that is wrong.
absl::StatusOr<spec::ContainerSpec> OptionsToSpec(const RunOptions& options,
                                                  const Caller& caller);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_OPTIONS_TO_SPEC_H_
