// Images from archives, as docker, podman, skopeo and buildah save them.
#ifndef CHMDOCKER_RUNTIME_IMAGE_LOAD_H_
#define CHMDOCKER_RUNTIME_IMAGE_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/image/layers.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

struct Loaded {
  std::string id;  // "sha256:HEX"
  std::vector<Reference> names;
};

// Reads a docker-archive (manifest.json) or an oci-archive (index.json), plain
// or compressed, from the descriptor `archive`, a file or a pipe, and adds its
// images to the store, layers unpacked. `name` is for errors. On failure no
// image has been added, and no blob or layer of one is left.
absl::StatusOr<std::vector<Loaded>> Load(Store& store, int archive,
                                         const std::string& name,
                                         const Warn& warn);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_LOAD_H_
