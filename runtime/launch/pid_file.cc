#include "runtime/launch/pid_file.h"

#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::launch {
namespace {

// "dir/.name.new" for "dir/name".
std::string TemporaryName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  const size_t base = slash == absl::string_view::npos ? 0 : slash + 1;
  return absl::StrCat(path.substr(0, base), ".", path.substr(base), ".new");
}

absl::Status WriteNew(const std::string& path, absl::string_view content) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644),
                  sys::Quoted(path)));
  // A regular file takes so few bytes as a whole, or none for lack of space.
  return sys::CallStatus(raw::Write(file.get(), content.data(), content.size()),
                         sys::Quoted(path));
}

}  // namespace

absl::Status WritePidFile(const std::string& path, pid_t pid) {
  const std::string temporary = TemporaryName(path);
  // One that a killed chmdocker left behind.
  (void)raw::UnlinkAt(AT_FDCWD, temporary.c_str(), 0);
  CHM_RETURN_IF_ERROR(WriteNew(temporary, absl::StrCat(pid)));
  const raw::Result renamed =
      raw::RenameAt(AT_FDCWD, temporary.c_str(), path.c_str());
  if (!renamed.ok()) (void)raw::UnlinkAt(AT_FDCWD, temporary.c_str(), 0);
  return sys::CallStatus(renamed, sys::Quoted(path));
}

}  // namespace chmdocker::launch
