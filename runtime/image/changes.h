// What a container's files differ in from those of its image.
#ifndef CHMDOCKER_RUNTIME_IMAGE_CHANGES_H_
#define CHMDOCKER_RUNTIME_IMAGE_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/tree_walk.h"

namespace chmdocker::image {

// Whether it is a mount point that each container is given, which is nothing
// that it has written: one of the directories "dev", "proc" and "sys", or an
// empty file of "etc" that one of its own stands on (container/own_files.h). Of
// an entry of ContainerRoot's "fs/upper".
bool IsGivenMountPoint(const TreeEntry& entry);

// A line for each path: "A /path" is not in the image, "C /path" is another one
// there, or a directory with changes in it, "D /path" is there only. `upper`
// has what the container wrote, and `layers` are the image's, the uppermost
// first.
absl::StatusOr<std::string> ListChanges(int upper,
                                        const std::vector<UniqueFd>& layers);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_CHANGES_H_
