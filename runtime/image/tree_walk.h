// A walk through a directory tree that somebody else may be changing.
#ifndef CHMDOCKER_RUNTIME_IMAGE_TREE_WALK_H_
#define CHMDOCKER_RUNTIME_IMAGE_TREE_WALK_H_

#include <sys/stat.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace chmdocker::image {

struct TreeEntry {
  const std::string& path;  // below the root, "a/b"; "" is the root itself
  int fd;                   // O_PATH, of exactly this object
  const struct stat& status;
};

// Which file systems the walk sees.
enum class Mounts { kEnter, kLeaveOut };

// Calls `visit` with the root and all below it, a directory before what is in
// it, names in order. No symlink is followed; what goes away meanwhile is
// passed over. With kLeaveOut what is mounted on is an empty directory or
// file. There is one descriptor however deep the tree is. Aborted: a directory
// was moved while the walk was in it.
absl::Status WalkTree(int root, Mounts mounts,
                      absl::FunctionRef<absl::Status(const TreeEntry&)> visit);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_TREE_WALK_H_
