// Where files are copied from and to: docker's rules for the words of `cp`.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_COPY_PLACE_H_
#define CHMDOCKER_RUNTIME_CONTAINER_COPY_PLACE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/receive.h"

namespace chmdocker::container {

// A root that paths are resolved in. Those of a container stay in it, whatever
// it does meanwhile: each is opened once, by //runtime/path.
struct CopyRoot {
  int root = -1;  // of a container; -1: the host's, and the working directory
};

// Opens what is to be copied, O_PATH. A last symlink is itself copied, unless
// it is to be followed or a slash stands behind it.
absl::StatusOr<UniqueFd> OpenCopySource(const CopyRoot& root,
                                        const std::string& path, bool follow);

// What the source is called in a directory that it is copied into; "": it is
// not, but what is in it: of "x/." and a root directory.
std::string CopyName(absl::string_view path);

// Where the source arrives that is called `name` (CopyName): in a directory
// that is there, or as what `path` says.
absl::StatusOr<image::Arrival> ChooseArrival(const CopyRoot& root,
                                             const std::string& path,
                                             const std::string& name,
                                             bool source_is_directory);

// Opens a directory that is there.
absl::StatusOr<UniqueFd> OpenCopyDirectory(const CopyRoot& root,
                                           const std::string& path);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_COPY_PLACE_H_
