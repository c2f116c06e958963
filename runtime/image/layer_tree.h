// The directory that a layer is unpacked into, entry by entry. Whatever the
// archive says, nothing outside of it is touched: each name is opened from one
// directory to the next without following a symlink.
#ifndef CHMDOCKER_RUNTIME_IMAGE_LAYER_TREE_H_
#define CHMDOCKER_RUNTIME_IMAGE_LAYER_TREE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"

namespace chmdocker::image {

// What becomes of a layer's whiteouts, ".wh.NAME" and ".wh..wh..opq", which
// stand for what is removed of the layers below.
enum class Whiteouts {
  kOverlay,  // what overlayfs with "userxattr" understands
  kApply,    // remove: only they are unpacked, into the layers below
  kSkip,     // the rest, into the same directory
  // There are none: it is no layer, and such names are names. What is there
  // stays there, but for files that get another content: a directory takes the
  // place of nothing else, and nothing else that of a directory.
  kNames,
};

// What could not be as the archive has it, for want of rights. Counts.
struct LeftOut {
  uint64_t devices = 0;
  uint64_t owners = 0;  // files that belong to the caller instead
  uint64_t attributes = 0;
  // What hides files of layers below: such a layer can't be mounted.
  uint64_t whiteouts = 0;
};

// What may be said of a file beside its mode. overlayfs acts upon its own
// attributes, so that an image must not bring any.
bool MayKeepAttribute(absl::string_view name);

// The components of a name in an archive. InvalidArgument for a name that is
// absolute, or leads out by "..".
absl::StatusOr<std::vector<std::string>> ComponentsOf(absl::string_view path);

class LayerTree {
 public:
  LayerTree(UniqueFd root, Whiteouts whiteouts)
      : root_(std::move(root)), whiteouts_(whiteouts) {}

  // `reader` has the content of the entry.
  absl::Status Add(const ArchiveEntry& entry, ArchiveReader& reader);
  // Gives the directories what entries in them would have changed.
  absl::Status Finish();

  const LeftOut& left_out() const { return left_out_; }

 private:
  using Components = std::vector<std::string>;
  struct Directory {
    Components path;
    mode_t mode;
    timespec mtime;
    size_t order;
  };

  // The directory that holds the last component, made if missing.
  absl::StatusOr<int> OpenParent(const Components& path);
  absl::StatusOr<UniqueFd> Descend(int parent, const std::string& name);
  absl::Status AddWhiteout(int parent, const std::string& name);
  absl::Status Hide(int parent, const std::string& name);
  absl::Status MakeOpaque(int directory);
  bool IsWhiteout(int parent, const std::string& name) const;
  absl::Status RemoveAllBelow(int parent);
  absl::Status AddDirectory(int parent, const ArchiveEntry& entry,
                            const Components& path);
  absl::Status AddFile(int parent, const ArchiveEntry& entry,
                       const std::string& name, ArchiveReader& reader);
  absl::Status AddHardlink(int parent, const ArchiveEntry& entry,
                           const std::string& name);
  absl::Status AddSymlink(int parent, const ArchiveEntry& entry,
                          const std::string& name);
  absl::Status AddNode(int parent, const ArchiveEntry& entry,
                       const std::string& name);
  absl::Status Remove(int parent, const std::string& name);
  // Calls `make` again once what is in the way is gone.
  template <class Make>
  absl::Status MakeAnew(int parent, const std::string& name, Make make);

  static absl::StatusOr<UniqueFd> OpenMade(int parent, const std::string& name,
                                           mode_t type);
  absl::Status GiveOwner(int fd, const std::string& name,
                         const ArchiveEntry& entry);
  void GiveAttributes(int fd, const ArchiveEntry& entry);

  UniqueFd root_;
  Whiteouts whiteouts_;
  LeftOut left_out_;
  std::vector<Directory> directories_;
  // The last result of OpenParent.
  Components parent_path_;
  UniqueFd parent_;
};

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_LAYER_TREE_H_
