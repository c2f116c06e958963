#include "runtime/state/root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/octal.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::state {
namespace {

absl::Status CheckOwner(int fd, const std::string& path, const char* flag) {
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(fd, &status), sys::Quoted(path)));
  if (status.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat(flag, " ", Quote(path), ": belongs to user ",
                     status.st_uid, ", and not to user ", geteuid(),
                     " who uses it; name another directory"));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(flag, " ", Quote(path), ": others may write to it (mode ",
                     Octal(status.st_mode & 07777, 4),
                     "); chmod go-w it, or name another directory"));
  }
  return absl::OkStatus();
}

absl::Status CannotMake(raw::Result made, const std::string& path,
                        const char* flag) {
  return WithHint(sys::CallStatus(made, sys::Quoted(path)),
                  made.error() != EACCES ? ""
                  : absl::string_view(flag) == kStateFlag
                      ? "an ordinary user's containers are kept below "
                        "XDG_RUNTIME_DIR if it is set, or where --root says"
                      : "name another directory by --data-root");
}

absl::StatusOr<UniqueFd> MakeAbove(int parent, const std::string& name,
                                   const std::string& path, const char* flag) {
  const raw::Result made = raw::MkdirAt(parent, name.c_str(), 0711);
  // On a read-only file system even what exists may answer EROFS.
  if (!made.ok() && made.error() != EEXIST && made.error() != EROFS) {
    return CannotMake(made, path, flag);
  }
  return sys::CallFd(raw::OpenAt(parent, name.c_str(), O_PATH | O_DIRECTORY),
                     sys::Quoted(path));
}

// The names that lead to the root's directory.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& path,
                                                 const char* flag) {
  if (!absl::StartsWith(path, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", Quote(path), ": wants an absolute path"));
  }
  std::vector<std::string> names = absl::StrSplit(path, '/', absl::SkipEmpty());
  if (names.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", Quote(path), ": can't be the root directory"));
  }
  return names;
}

}  // namespace

absl::StatusOr<UniqueFd> OpenRoot(const std::string& path, const char* flag) {
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> names, NamesIn(path, flag));
  const std::string last = std::move(names.back());
  names.pop_back();
  const std::string above = absl::StrCat("/", absl::StrJoin(names, "/"));
  // On the way to the root a name may be a link: /var/run is one.
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd parent,
      sys::CallFd(raw::OpenAt(AT_FDCWD, above.c_str(), O_PATH | O_DIRECTORY),
                  sys::Quoted(path)));
  CHM_ASSIGN_OR_RETURN(
      UniqueFd root,
      sys::CallFd(raw::OpenAt(parent.get(), last.c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                  sys::Quoted(path)));
  CHM_RETURN_IF_ERROR(CheckOwner(root.get(), path, flag));
  return root;
}

absl::StatusOr<UniqueFd> MakeRoot(const std::string& path, const char* flag) {
  absl::StatusOr<UniqueFd> root = OpenRoot(path, flag);
  if (!absl::IsNotFound(root.status())) return root;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       NamesIn(path, flag));
  CHM_ASSIGN_OR_RETURN(
      UniqueFd at,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY), "\"/\""));
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    CHM_ASSIGN_OR_RETURN(at, MakeAbove(at.get(), names[i], path, flag));
  }
  const raw::Result made = raw::MkdirAt(at.get(), names.back().c_str(), 0700);
  if (!made.ok() && made.error() != EEXIST) return CannotMake(made, path, flag);
  return OpenRoot(path, flag);
}

}  // namespace chmdocker::state
