// Files of an image as its container will see them, without mounting anything.
#ifndef CHMDOCKER_RUNTIME_IMAGE_LAYERED_H_
#define CHMDOCKER_RUNTIME_IMAGE_LAYERED_H_

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

// overlayfs's mark for what the layers below have, and is not there any more.
bool IsWhiteout(const struct stat& status);
// Whether a directory hides what the layers below have in it.
bool IsOpaque(int directory);

// A name in a directory: the parts of a directory, the uppermost first, or one
// of anything else; none: it is not there.
struct FoundInLayers {
  std::vector<UniqueFd> parts;
  struct stat status = {};  // of the first
};
absl::StatusOr<FoundInLayers> LookInLayers(
    const std::vector<UniqueFd>& directory, const std::string& name);

// Opens what overlayfs would show at `path`, as O_PATH: the layer that has it
// first counts, whiteouts hide those below, directories are one, symlinks lead
// where they do in the container. NotFound when there is none. `layers` are the
// directories of the layers, the uppermost first.
absl::StatusOr<UniqueFd> OpenInLayers(const std::vector<UniqueFd>& layers,
                                      absl::string_view path);

// The directories of an image's layers, the uppermost first.
absl::StatusOr<std::vector<UniqueFd>> OpenLayers(
    const Store& store, const std::vector<std::string>& diff_ids);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_LAYERED_H_
