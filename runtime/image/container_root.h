// The root of a container that an image is run in.
#ifndef CHMDOCKER_RUNTIME_IMAGE_CONTAINER_ROOT_H_
#define CHMDOCKER_RUNTIME_IMAGE_CONTAINER_ROOT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/images.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

// In the directory of a container, which is one of the store's containers:
//
//   fs/lower/N   a link to a layer, 0 is the uppermost
//   fs/upper     what the container writes; fs/work is overlayfs's own
//   fs/merged    where they are mounted as one, in the container alone
//   volumes/N    what is kept out of that
//
// The store must outlive it.
class ContainerRoot {
 public:
  // Makes it for the layers of an image, which the store has, unless it is
  // there already. The container's directory must be there.
  static absl::StatusOr<ContainerRoot> Make(
      const Store& store, const std::string& id,
      const std::vector<std::string>& diff_ids);

  // Of "fs/merged", of the container that is called `id`.
  static std::string PathOf(const Store& store, const std::string& id);
  // How many links to layers there are for an image.
  static uint32_t CountLayers(const std::vector<std::string>& diff_ids);

  // Makes "volumes/NUMBER", an empty directory, unless it is there.
  absl::Status MakeVolume(size_t number) const;
  static std::string VolumePathOf(const Store& store, const std::string& id,
                                  size_t number);

  // Copies the layers into "fs/merged", for a host that can't mount them,
  // unless that has been done.
  absl::Status CopyLayers(const Layout& source, const Image& image) const;

 private:
  explicit ContainerRoot(UniqueFd directory)
      : directory_(std::move(directory)) {}

  absl::Status Fill(const std::vector<std::string>& diff_ids) const;

  UniqueFd directory_;  // the container's
};

// Removes all that ContainerRoot has made in `directory`, a container's.
absl::Status RemoveContainerRoot(int directory);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_CONTAINER_ROOT_H_
