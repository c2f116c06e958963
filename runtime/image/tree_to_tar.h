// A directory tree as an archive.
#ifndef CHMDOCKER_RUNTIME_IMAGE_TREE_TO_TAR_H_
#define CHMDOCKER_RUNTIME_IMAGE_TREE_TO_TAR_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/image/tar_writer.h"
#include "runtime/image/tree_walk.h"

namespace chmdocker::image {

struct TarWish {
  std::string name;  // what the root is called; "": it is left out
  Mounts mounts = Mounts::kEnter;
  bool whiteouts = false;  // overlayfs's become those of a layer's archive
  // Which entries are left out; null: none. What is below one is not.
  bool (*leaves_out)(const TreeEntry&) = nullptr;
};

// Writes what `root`, O_PATH or not, refers to, and all below it. Nothing is
// opened but regular files, and these by what was looked at: neither a pipe
// nor a device is touched, whoever exchanges names meanwhile. Sockets are left
// out. A file that shrinks meanwhile is filled up with zeros.
absl::Status TreeToTar(int root, const TarWish& wish, TarWriter& tar);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_TREE_TO_TAR_H_
