// ROOT, which all containers' directories are in.
#ifndef CHMDOCKER_RUNTIME_STATE_ROOT_H_
#define CHMDOCKER_RUNTIME_STATE_ROOT_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::state {

// Opens the directory `path` for reading its entries; an error for one that
// others than the caller may write. NotFound when there is none.
absl::StatusOr<UniqueFd> OpenRoot(const std::string& path);

// The same, and makes it (0700) and its parents (0711) first, if missing.
absl::StatusOr<UniqueFd> MakeRoot(const std::string& path);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_ROOT_H_
