// cp and export: files out of containers that are kept, and into them.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_COPY_FILES_H_
#define CHMDOCKER_RUNTIME_CONTAINER_COPY_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::container {

struct CopyWish {
  std::string id;              // of the container
  std::string container_path;  // in it; relative: to its root directory
  std::string host_path;       // "-": an archive, by standard input or output
  bool follow = false;         // a link that is the source
  bool keep_owners = false;    // else: of who gets the files
};

// No program of the container is run, and whatever it does meanwhile, nothing
// of the host is read or written but `host_path`. Files of an ordinary user's
// containers have the owners that they have inside. The caller must have one
// thread; SIGPIPE is ignored from then on.
absl::Status CopyToContainer(const Runtime& runtime, const CopyWish& wish,
                             const Describe& describe);
absl::Status CopyFromContainer(const Runtime& runtime, const CopyWish& wish,
                               const Describe& describe);

// Writes the container's whole root to the descriptor `archive`, without what
// is mounted in it. `name` is for errors.
absl::Status Export(const Runtime& runtime, const std::string& id,
                    const Describe& describe, int archive,
                    const std::string& name);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_COPY_FILES_H_
