// diff and commit: what a container of an image has written, as the layer on
// top of the image's.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"
#include "runtime/image/config.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/state/kept.h"

namespace chmdocker::container {

// The lines of image::ListChanges for a container that is kept.
// FailedPrecondition: it has no image, or its layers are copied into one.
absl::StatusOr<std::string> Diff(const Runtime& runtime, const std::string& id);

struct CommitWish {
  std::string id;                          // of the container
  const image::Reference* name = nullptr;  // null: none
  bool pause = true;                       // while its files are read
  std::string created;                     // RFC 3339
  std::string author;
  std::string message;
  image::Progress progress;  // may be null
  // Makes the configuration of the container's image the new one's.
  std::function<absl::Status(const state::Kept& kept,
                             image::ImageConfig& config)>
      configure;
};

// Makes an image of the container's image and what the container has written,
// as one more layer, and returns its id. Errors as of Diff, and NotFound if its
// image has been removed. The caller must have one thread. A container that is
// paused goes on when the caller is killed, too.
absl::StatusOr<std::string> Commit(const Runtime& runtime,
                                   const CommitWish& wish);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_KEPT_LAYER_H_
