// Effects: /etc/passwd and /etc/group of a root file system that need not be
// trusted.
#ifndef CHMDOCKER_RUNTIME_USERS_USER_FILES_H_
#define CHMDOCKER_RUNTIME_USERS_USER_FILES_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::users {

struct UserFiles {
  std::string passwd;  // empty: there is none
  std::string group;
};

// Below the directory `root`, an open descriptor; no symlink leads out. What is
// no regular file is an error and is not opened (CVE-2024-9676), nor is more
// read than 16 MiB (CVE-2026-47262).
absl::StatusOr<UserFiles> ReadUserFiles(int root);

// The same of a root file system that is none yet: `open` returns what is at a
// path, as O_PATH, or NotFound.
using OpenFile = absl::FunctionRef<absl::StatusOr<UniqueFd>(const char* path)>;
absl::StatusOr<UserFiles> ReadUserFiles(OpenFile open);

}  // namespace chmdocker::users

#endif  // CHMDOCKER_RUNTIME_USERS_USER_FILES_H_
