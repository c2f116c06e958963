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
#include "absl/strings/str_split.h"
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

absl::Status CheckOwner(int fd, const std::string& path) {
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(fd, &status), sys::Quoted(path)));
  if (status.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat("--root ", Quote(path), ": belongs to user ",
                     status.st_uid, ", and not to user ", geteuid(),
                     " who uses it; name another directory"));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("--root ", Quote(path), ": others may write to it (mode ",
                     Octal(status.st_mode & 07777, 4),
                     "); chmod go-w it, or name another directory"));
  }
  return absl::OkStatus();
}

absl::Status CannotMake(raw::Result made, const std::string& path) {
  return WithHint(sys::CallStatus(made, sys::Quoted(path)),
                  made.error() == EACCES
                      ? "an ordinary user's containers are kept below "
                        "XDG_RUNTIME_DIR if it is set, or where --root says"
                      : "");
}

// `name` may be a link only on the way to the root: /var/run is one.
absl::StatusOr<UniqueFd> Step(int parent, const std::string& name, bool last,
                              bool make, const std::string& path) {
  if (make) {
    const raw::Result made =
        raw::MkdirAt(parent, name.c_str(), last ? 0700 : 0711);
    if (!made.ok() && made.error() != EEXIST) {
      // On a read-only file system even what exists may answer EROFS.
      if (made.error() != EROFS) return CannotMake(made, path);
    }
  }
  const int flags =
      last ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW : O_PATH | O_DIRECTORY;
  return sys::CallFd(raw::OpenAt(parent, name.c_str(), flags),
                     sys::Quoted(path));
}

absl::StatusOr<UniqueFd> Walk(const std::string& path, bool make) {
  if (!absl::StartsWith(path, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--root ", Quote(path), ": wants an absolute path"));
  }
  const std::vector<std::string> names =
      absl::StrSplit(path, '/', absl::SkipEmpty());
  if (names.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--root ", Quote(path), ": can't be the root directory"));
  }
  CHM_ASSIGN_OR_RETURN(
      UniqueFd at,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY), "\"/\""));
  for (size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    CHM_ASSIGN_OR_RETURN(at, Step(at.get(), names[i], last, make, path));
  }
  CHM_RETURN_IF_ERROR(CheckOwner(at.get(), path));
  return at;
}

}  // namespace

absl::StatusOr<UniqueFd> OpenRoot(const std::string& path) {
  return Walk(path, /*make=*/false);
}

absl::StatusOr<UniqueFd> MakeRoot(const std::string& path) {
  return Walk(path, /*make=*/true);
}

}  // namespace chmdocker::state
