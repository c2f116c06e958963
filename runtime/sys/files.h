// Files and directories of the host, whole.
#ifndef CHMDOCKER_RUNTIME_SYS_FILES_H_
#define CHMDOCKER_RUNTIME_SYS_FILES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::sys {

// The content of a file of /proc or /sys, at most 64 KiB of it.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

// What is left to read of an open file; an error if it is more than `most`
// bytes. `path` names the file in errors.
absl::StatusOr<std::string> ReadToEnd(int fd, size_t most,
                                      const std::string& path);

// The content of a regular file; an error if it is more than `most` bytes, or
// anything else: a pipe would make the caller wait.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t most);

absl::Status WriteAll(int fd, absl::string_view data, const std::string& path);

// A directory of `parent` for reading its entries; a link is none. `name` names
// it in errors.
absl::StatusOr<UniqueFd> OpenDirectory(int parent, const std::string& name);

// Waits for the exclusive lock of an open file: flock(2). `path` names it in
// errors.
absl::Status Lock(int fd, const std::string& path);

// The names in a directory but "." and "..", in no order, from where `fd` was
// read to. `path` names the directory in errors.
absl::StatusOr<std::vector<std::string>> ReadDirectory(int fd,
                                                       const std::string& path);

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_FILES_H_
