// A directory of whatever content, removed.
#ifndef CHMDOCKER_RUNTIME_IMAGE_REMOVE_TREE_H_
#define CHMDOCKER_RUNTIME_IMAGE_REMOVE_TREE_H_

#include <string>

#include "absl/status/status.h"

namespace chmdocker::image {

// Removes `name` in the directory `parent`, with all that is below it, if it is
// a directory. No symlink is followed. What is not there is no error.
absl::Status RemoveTree(int parent, const std::string& name);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_REMOVE_TREE_H_
