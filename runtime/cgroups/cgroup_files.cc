#include "runtime/cgroups/cgroup_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/host/facts.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/directory.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cgroups {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

bool HasParentComponent(absl::string_view path) {
  return absl::StrContains(absl::StrCat(path, "/"), "/../");
}

absl::StatusOr<std::string> ReadToEnd(int fd, const std::string& path) {
  std::string content;
  char chunk[4096];
  for (;;) {
    const raw::Result got = raw::Read(fd, chunk, sizeof(chunk));
    if (got.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(got, sys::Quoted(path)));
    if (got.value == 0) return content;
    content.append(chunk, static_cast<size_t>(got.value));
  }
}

}  // namespace

bool IsGone(const absl::Status& status) {
  const std::optional<int> error = ErrnoOf(status);
  return error == ENOENT || error == ENODEV;
}

absl::StatusOr<std::string> ReadWhole(int directory, const std::string& path) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(directory, path.c_str(), O_RDONLY),
                  sys::Quoted(path)));
  return ReadToEnd(file.get(), path);
}

absl::Status WriteValue(int fd, absl::string_view value,
                        const std::string& path) {
  for (;;) {
    const raw::Result written = raw::Write(fd, value.data(), value.size());
    if (written.error() == EINTR) continue;
    if (written.ok()) return absl::OkStatus();
    return sys::CallStatus(written,
                           absl::StrCat(Quote(value), " to ", Quote(path)));
  }
}

std::vector<std::string> DirectoriesIn(const std::string& path) {
  const absl::StatusOr<Cgroup> directory = Cgroup::Open(path);
  if (!directory.ok()) return {};
  return directory->Children().value_or(std::vector<std::string>());
}

absl::StatusOr<Cgroup> Cgroup::Open(const std::string& path) {
  if (!absl::StartsWith(path, "/") || HasParentComponent(path)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(path), ": must be absolute and have no \"..\""));
  }
  raw::Result opened = raw::OpenAt2(AT_FDCWD, path.c_str(), kDirectoryFlags,
                                    RESOLVE_NO_SYMLINKS);
  // ENOSYS: before Linux 5.6; EPERM: an older seccomp profile.
  if (opened.error() == ENOSYS || opened.error() == EPERM) {
    opened = raw::OpenAt(AT_FDCWD, path.c_str(), kDirectoryFlags);
  }
  CHM_ASSIGN_OR_RETURN(UniqueFd fd, sys::CallFd(opened, sys::Quoted(path)));
  return Cgroup(std::move(fd), path);
}

absl::StatusOr<Cgroup> Cgroup::Open(const host::CgroupDirectory& directory) {
  CHM_ASSIGN_OR_RETURN(Cgroup cgroup, Open(directory.path));
  struct stat found;
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Fstat(cgroup.fd_.get(), &found),
                                      sys::Quoted(directory.path)));
  if (directory.inode == 0 || found.st_ino == directory.inode) return cgroup;
  return ErrnoError(ENOENT, absl::StrCat("cgroup ", Quote(directory.path)));
}

absl::StatusOr<UniqueFd> Cgroup::OpenFile(absl::string_view file,
                                          int flags) const {
  const std::string name(file);
  const raw::Result opened =
      raw::OpenAt(fd_.get(), name.c_str(), flags | O_NOFOLLOW);
  if (opened.ok()) return UniqueFd(opened.fd());
  return sys::CallStatus(opened, sys::Quoted(absl::StrCat(path_, "/", file)));
}

absl::StatusOr<std::string> Cgroup::Read(absl::string_view file) const {
  CHM_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFile(file, O_RDONLY));
  return ReadToEnd(fd.get(), absl::StrCat(path_, "/", file));
}

absl::Status Cgroup::Write(absl::string_view file,
                           absl::string_view value) const {
  CHM_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFile(file, O_WRONLY));
  return WriteValue(fd.get(), value, absl::StrCat(path_, "/", file));
}

absl::StatusOr<std::vector<std::string>> Cgroup::Children() const {
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(fd_.get(), &status), sys::Quoted(path_)));
  std::vector<std::string> names;
  // kernfs counts the directories below one as links to it, and two more.
  if (status.st_nlink <= 2) return names;
  CHM_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFile(".", kDirectoryFlags));
  char records[4096];
  for (;;) {
    const raw::Result got = raw::Getdents(fd.get(), records, sizeof(records));
    CHM_RETURN_IF_ERROR(sys::CallStatus(got, sys::Quoted(path_)));
    if (got.value == 0) return names;
    raw::DirectoryEntries entries(records, got.value);
    for (raw::DirectoryEntry entry; entries.Next(&entry);) {
      if (entry.type == DT_DIR) names.emplace_back(entry.name);
    }
  }
}

absl::StatusOr<Cgroup> Cgroup::Child(const std::string& name) const {
  CHM_ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(name, kDirectoryFlags));
  return Cgroup(std::move(fd), absl::StrCat(path_, "/", name));
}

absl::StatusOr<Cgroup> Cgroup::Parent() const {
  CHM_ASSIGN_OR_RETURN(UniqueFd fd, OpenFile("..", kDirectoryFlags));
  return Cgroup(std::move(fd), path_.substr(0, path_.rfind('/')));
}

absl::Status Cgroup::RemoveChild(const std::string& name) const {
  return sys::CallStatus(raw::UnlinkAt(fd_.get(), name.c_str(), AT_REMOVEDIR),
                         sys::Quoted(absl::StrCat(path_, "/", name)));
}

}  // namespace chmdocker::cgroups
