// Files of the host, whole.
#ifndef CHMDOCKER_RUNTIME_SYS_FILES_H_
#define CHMDOCKER_RUNTIME_SYS_FILES_H_

#include <string>

#include "absl/status/statusor.h"

namespace chmdocker::sys {

// The content of a file of /proc or /sys, at most 64 KiB of it.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_FILES_H_
