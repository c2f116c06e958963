// The images of the store, and their names.
#ifndef CHMDOCKER_RUNTIME_IMAGE_IMAGES_H_
#define CHMDOCKER_RUNTIME_IMAGE_IMAGES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/image/config.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

struct Image {
  // "sha256:HEX", of the configuration; of the manifest, if that is damaged.
  std::string id;
  Descriptor descriptor;
  std::vector<Reference> names;
  Manifest manifest;
  ImageConfig config;
  uint64_t size = 0;  // bytes in the files of its layers
  // Why it can't be used: one of its documents is missing or damaged. What they
  // would say is empty.
  absl::Status damage;
};

// What a descriptor of an index stands for: for an index of several platforms,
// the image of this one. Checked against its digests.
absl::StatusOr<Image> ReadImage(const Layout& layout,
                                const Descriptor& descriptor);

// Of an index of several platforms, which is read from `layout`, the descriptor
// of the image for this one; any other descriptor as it is. `get`, if there is
// one, is called before what it names is read.
absl::StatusOr<Descriptor> ForThisPlatform(
    const Layout& layout, const Descriptor& descriptor,
    const std::function<absl::Status(const Descriptor&)>& get = nullptr);

// All images, the newest first; the damaged ones, too, at the end.
absl::StatusOr<std::vector<Image>> ListImages(const Store& store);

// By name, or by an id or the beginning of one. NotFound for none: "No such
// image: X"; DataLoss, with the remedy, for a damaged one.
absl::StatusOr<Image> FindImage(const Store& store, absl::string_view text);
// The same, but a damaged one is found, too.
absl::StatusOr<Image> FindAnyImage(const Store& store, absl::string_view text);

// `image NAME is damaged: blob DIGEST ...; REMEDY`. Of a damaged image.
absl::Status DamageOf(const Image& image);

// All following: after Store::LockForChange.

// The descriptor by which the index has the image `id`; else `descriptor`: the
// same configuration and files may come by another manifest, with layers that
// are compressed in another way, and are one image all the same.
absl::StatusOr<Descriptor> KnownAs(const Layout& layout, const Index& index,
                                   const std::string& id,
                                   const Descriptor& descriptor);

// Gives an image of the store a name, which it takes from the one that has had
// it; without `name`, just adds it.
void AddToIndex(const Descriptor& descriptor, const Reference* name,
                Index& index);

// What Remove did, in the order in which it did it.
struct Removed {
  std::string id;                     // of the image
  std::vector<std::string> untagged;  // names
  bool deleted = false;               // the image, too
};
// Takes the name `text` from its image, or, where it is an id, all names; and
// removes an image that has none left, with the blobs and layers that only it
// needs. FailedPrecondition for an id with several names, unless forced.
absl::StatusOr<Removed> RemoveImage(const Store& store, absl::string_view text,
                                    bool force);

// Removes blobs and layers that no image of the index needs. Nothing as long as
// one is damaged: what that needs is not known.
absl::Status RemoveUnneeded(const Store& store, const Index& index);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_IMAGES_H_
