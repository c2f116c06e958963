// diff and commit: what a container of an image has written, as the layer on
// top of the image's.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::container {

// The lines of image::ListChanges for a container that is kept.
// FailedPrecondition: it has no image, or its layers are copied into one.
absl::StatusOr<std::string> Diff(const Runtime& runtime, const std::string& id);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_
