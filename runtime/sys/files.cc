#include "runtime/sys/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/directory.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::sys {
namespace {

// What is left to read, but not much more than `enough` bytes. Memory is taken
// for `expected` bytes at once.
absl::StatusOr<std::string> ReadAtLeast(int fd, size_t enough,
                                        const std::string& path,
                                        size_t expected = 0) {
  std::string content;
  content.reserve(expected);
  char chunk[4096];
  while (content.size() < enough) {
    const raw::Result got = raw::Read(fd, chunk, sizeof(chunk));
    if (got.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(CallStatus(got, Quoted(path)));
    if (got.value == 0) break;
    content.append(chunk, static_cast<size_t>(got.value));
  }
  return content;
}

absl::StatusOr<std::string> ReadAtMost(int fd, size_t most,
                                       const std::string& path,
                                       size_t expected) {
  CHM_ASSIGN_OR_RETURN(std::string content,
                       ReadAtLeast(fd, most + 1, path, expected));
  if (content.size() <= most) return content;
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(path), ": is larger than ", most, " bytes"));
}

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  constexpr size_t kMost = 65536;
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY), Quoted(path)));
  CHM_ASSIGN_OR_RETURN(std::string content,
                       ReadAtLeast(file.get(), kMost, path));
  if (content.size() > kMost) content.resize(kMost);
  return content;
}

absl::StatusOr<std::string> ReadToEnd(int fd, size_t most,
                                      const std::string& path) {
  return ReadAtMost(fd, most, path, 0);
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t most) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK),
             Quoted(path)));
  struct stat status;
  CHM_RETURN_IF_ERROR(
      CallStatus(raw::Fstat(file.get(), &status), Quoted(path)));
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(path), ": is not a regular file"));
  }
  const auto size = static_cast<size_t>(status.st_size);
  return ReadAtMost(file.get(), most, path, std::min(size, most));
}

absl::Status WriteAll(int fd, absl::string_view data, const std::string& path) {
  while (!data.empty()) {
    const raw::Result written = raw::Write(fd, data.data(), data.size());
    if (written.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(CallStatus(written, Quoted(path)));
    data.remove_prefix(static_cast<size_t>(written.value));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadDirectory(
    int fd, const std::string& path) {
  std::vector<std::string> names;
  char chunk[4096];
  for (;;) {
    const raw::Result got = raw::Getdents(fd, chunk, sizeof(chunk));
    CHM_RETURN_IF_ERROR(CallStatus(got, Quoted(path)));
    if (got.value == 0) return names;
    raw::DirectoryEntries entries(chunk, got.value);
    for (raw::DirectoryEntry entry; entries.Next(&entry);) {
      names.emplace_back(entry.name);
    }
  }
}

absl::StatusOr<UniqueFd> OpenDirectory(int parent, const std::string& name) {
  return CallFd(
      raw::OpenAt(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
      Quoted(name));
}

absl::Status Lock(int fd, const std::string& path) {
  raw::Result locked;
  do {
    locked = raw::Flock(fd, LOCK_EX);
  } while (locked.error() == EINTR);
  return CallStatus(locked, Quoted(path));
}

}  // namespace chmdocker::sys
