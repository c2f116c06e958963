// The root directory of a container that is kept, for work on its files from
// outside, whether it runs or not.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_ROOT_VIEW_H_
#define CHMDOCKER_RUNTIME_CONTAINER_ROOT_VIEW_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/image/child_answer.h"

namespace chmdocker::container {

// Work with a container's root under way, in a process of its own that has the
// rights of the container's root user over its files. What it opens there is
// the container's to exchange at any time: by //runtime/path only.
class RootView {
 public:
  // `root` is O_PATH.
  using Work = std::function<absl::StatusOr<std::string>(int root)>;

  // Of a running container it is what its first process has as its root, with
  // all that is mounted there; of another one the same is mounted for this
  // process alone, and the container can't be started meanwhile. Without
  // `volumes` binds are left out there. `parents_end`, if it is valid, is
  // closed in the process. FailedPrecondition: it has no root of its own. The
  // caller must have one thread.
  static absl::StatusOr<RootView> Start(const Runtime& runtime,
                                        const std::string& id,
                                        const Describe& describe, bool volumes,
                                        UniqueFd& parents_end,
                                        const Work& work);

  // Waits for the answer. Once.
  absl::StatusOr<std::string> Finish() { return call_.Finish(); }

 private:
  RootView(std::optional<Instance> locked, image::ChildCall call)
      : locked_(std::move(locked)), call_(std::move(call)) {}

  std::optional<Instance> locked_;  // of one that does not run
  image::ChildCall call_;           // ends first
};

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_ROOT_VIEW_H_
