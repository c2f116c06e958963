// Images into an archive that docker, podman and skopeo load.
#ifndef CHMDOCKER_RUNTIME_IMAGE_SAVE_H_
#define CHMDOCKER_RUNTIME_IMAGE_SAVE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

// Writes the images, by their names or ids, to the descriptor `archive`: an OCI
// image layout, with docker's manifest.json beside index.json. `name` is for
// errors.
absl::Status Save(const Store& store, const std::vector<std::string>& images,
                  int archive, const std::string& name);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_SAVE_H_
