// A new image, put together from what the store has and a layer that is new.
#ifndef CHMDOCKER_RUNTIME_IMAGE_NEW_IMAGE_H_
#define CHMDOCKER_RUNTIME_IMAGE_NEW_IMAGE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/image/config.h"
#include "runtime/image/layers.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

// All following: after Store::LockForChange.

// All that can be read of `archive`, as the blob of a layer. `name` is for
// errors. ResourceExhausted: there is no room for it.
absl::StatusOr<Descriptor> CopyLayerBlob(const Store& store, int archive,
                                         const std::string& name);

// Unpacks the layers that are not there yet, and adds the image of `config` and
// `manifest`, whose layers are in the store, to the index. `name` may be null.
// Returns its id. On failure RemoveUnneeded takes away what is left.
absl::StatusOr<std::string> AddImage(const Store& store,
                                     const ImageConfig& config,
                                     Manifest manifest, const Reference* name,
                                     const Warn& warn);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_NEW_IMAGE_H_
