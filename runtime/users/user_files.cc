#include "runtime/users/user_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/path/in_root.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::users {
namespace {

absl::StatusOr<std::string> Read(const absl::StatusOr<UniqueFd>& found,
                                 const char* path) {
  constexpr size_t kMost = size_t{16} << 20;
  if (absl::IsNotFound(found.status())) return std::string();
  CHM_RETURN_IF_ERROR(found.status());
  const UniqueFd& place = *found;
  // To open a device node of the image may have effects of its own.
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(place.get(), &status), sys::Quoted(path)));
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(path), ": is not a regular file"));
  }
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, FdPath(place.get()).c_str(), O_RDONLY),
                  sys::Quoted(path)));
  return sys::ReadToEnd(file.get(), kMost, path);
}

}  // namespace

absl::StatusOr<UserFiles> ReadUserFiles(int root) {
  return ReadUserFiles([root](const char* path) {
    return sys::CallFd(path::OpenInRoot(root, path, O_PATH), sys::Quoted(path));
  });
}

absl::StatusOr<UserFiles> ReadUserFiles(OpenFile open) {
  constexpr char kPasswd[] = "/etc/passwd";
  constexpr char kGroup[] = "/etc/group";
  UserFiles files;
  CHM_ASSIGN_OR_RETURN(files.passwd, Read(open(kPasswd), kPasswd));
  CHM_ASSIGN_OR_RETURN(files.group, Read(open(kGroup), kGroup));
  return files;
}

}  // namespace chmdocker::users
