// What an image says of its command, as if it were said by flags. Pure.
#ifndef CHMDOCKER_CLI_IMAGE_OPTIONS_H_
#define CHMDOCKER_CLI_IMAGE_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/run_options.h"
#include "runtime/image/config.h"

namespace chmdocker::cli {

// Flags come before what the image says: its entry point and words, its user,
// directory and variables. A volume of its that no flag mounts on is a
// directory of the host: volume_path(N) for the Nth.
absl::Status ApplyImage(
    const image::ImageConfig& config,
    const std::function<std::string(size_t number)>& volume_path,
    RunOptions& options);

// How many volumes there are in `options` after that.
size_t CountVolumes(const RunOptions& options);

// The lines of a file of --env-file, in front of what --env says.
absl::Status AddEnvFile(const std::string& name, absl::string_view text,
                        RunOptions& options);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_OPTIONS_H_
