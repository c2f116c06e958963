// Layers of the store, each unpacked once.
#ifndef CHMDOCKER_RUNTIME_IMAGE_LAYERS_H_
#define CHMDOCKER_RUNTIME_IMAGE_LAYERS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/image/config.h"
#include "runtime/image/manifest.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

using Warn = std::function<void(absl::string_view)>;

// InvalidArgument when they do not speak of the same number of layers.
absl::Status CheckLayers(const Manifest& manifest, const ImageConfig& config);

bool HasLayers(const Store& store, const std::vector<std::string>& diff_ids);

// Unpacks the layers that the store does not have, from the blobs of `source`,
// and checks each against its digest and its diff id. After
// Store::LockForChange. What could not be as the image has it is told to
// `warn`. A layer that fails is not in the store; those before it are.
absl::Status UnpackLayers(const Store& store, const Layout& source,
                          const Manifest& manifest, const ImageConfig& config,
                          const Warn& warn);

// Whether one of the layers lacks what hides files below, for want of a file
// system for it: a container needs a copy of them all.
bool NeedsCopy(const Store& store, const std::vector<std::string>& diff_ids);

// The bytes in the files of a layer; 0 when they are not known.
uint64_t LayerSize(const Store& store, const std::string& diff_id);

// Removes the layers that neither these nor a container needs.
absl::Status RemoveLayersBut(const Store& store,
                             const std::vector<std::string>& diff_ids);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_LAYERS_H_
