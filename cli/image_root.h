// What an image adds to the options of a container, and to its directory.
#ifndef CHMDOCKER_CLI_IMAGE_ROOT_H_
#define CHMDOCKER_CLI_IMAGE_ROOT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/run_options.h"
#include "runtime/container/lifecycle.h"
#include "runtime/users/user_files.h"

namespace chmdocker::cli {

struct ImageOptions {
  RunOptions options;  // with what the image says
  users::UserFiles files;
  std::string id;           // the image's digest; empty: it is not in the store
  std::string stop_signal;  // what the image says; may be empty
};

// Finds options.image, by `image_id` if that is not empty, and unpacks its
// layers. The options are for a container that is called `container`.
absl::StatusOr<ImageOptions> OptionsOfImage(const container::Runtime& runtime,
                                            const RunOptions& options,
                                            const std::string& image_id,
                                            const std::string& container);

// The same, and makes the root in the container's directory: of layers, or a
// `copy` of them.
absl::StatusOr<ImageOptions> MakeRootOfImage(const container::Runtime& runtime,
                                             const RunOptions& options,
                                             const std::string& image_id,
                                             const std::string& container,
                                             bool copy);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_ROOT_H_
