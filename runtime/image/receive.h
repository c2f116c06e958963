// The other end of TreeToTar: an archive into a directory that is in use.
#ifndef CHMDOCKER_RUNTIME_IMAGE_RECEIVE_H_
#define CHMDOCKER_RUNTIME_IMAGE_RECEIVE_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/layer_tree.h"

namespace chmdocker::image {

// What TreeToTar is told to call a root that is renamed on arrival.
inline constexpr char kSentRoot[] = "root";

// Where a tree arrives: as `name` in a directory, or, with "", its content
// right in it.
struct Arrival {
  UniqueFd directory;
  std::string name;
};

struct ReceiveWish {
  // The owner of all that arrives; none: as the archive says.
  std::optional<std::pair<uid_t, gid_t>> owner;
  // To a host, from a container that may be hostile: without device nodes and
  // attributes, and, unless owners are kept, without set-user-ID.
  bool to_host = false;
};

// Reads the archive at `archive`, plain, whose root is kSentRoot, and puts it
// where `choose` says, who sees the root's entry. As LayerTree with
// Whiteouts::kNames: no symlink is followed. DataLoss: it is cut off.
absl::StatusOr<LeftOut> ReceiveTree(
    int archive,
    absl::FunctionRef<absl::StatusOr<Arrival>(const ArchiveEntry&)> choose,
    const ReceiveWish& wish);

// Puts all entries of anybody's archive, plain or compressed, into a directory.
absl::StatusOr<LeftOut> ReceiveArchive(int archive, const std::string& name,
                                       UniqueFd directory,
                                       const ReceiveWish& wish);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_RECEIVE_H_
