// Directories that are the caller's alone: ROOT, which all containers' state
// is in, and others of that kind.
#ifndef CHMDOCKER_RUNTIME_STATE_ROOT_H_
#define CHMDOCKER_RUNTIME_STATE_ROOT_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::state {

// What names ROOT on the command line.
inline constexpr char kStateFlag[] = "--root";

// `flag` names the directory in errors.

// Opens the directory `path` for reading its entries; an error for one that
// others than the caller may write. NotFound when there is none.
absl::StatusOr<UniqueFd> OpenRoot(const std::string& path,
                                  const char* flag = kStateFlag);

// The same, and makes it (0700) and its parents (0711) first, if missing.
absl::StatusOr<UniqueFd> MakeRoot(const std::string& path,
                                  const char* flag = kStateFlag);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_ROOT_H_
