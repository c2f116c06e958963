#include "runtime/image/mount_point.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

// The line of fdinfo, proc(5), that names the mount; empty: it can't be known.
std::string MountOf(int fd) {
  const absl::StatusOr<std::string> info =
      sys::ReadSmallFile(absl::StrCat("/proc/self/fdinfo/", fd));
  const size_t begin = info.ok() ? info->find("mnt_id:") : std::string::npos;
  if (begin == std::string::npos) return "";
  return info->substr(begin, info->find('\n', begin) - begin);
}

}  // namespace

bool IsMountPoint(int directory, const std::string& name) {
  constexpr int kFlags = O_PATH | O_NOFOLLOW;
  const raw::Result same_mount =
      raw::OpenAt2(directory, name.c_str(), kFlags, RESOLVE_NO_XDEV);
  const UniqueFd inside(same_mount.fd());
  if (inside.valid()) return false;
  if (same_mount.error() == EXDEV) return true;
  // Before Linux 5.6, or forbidden by a filter.
  const UniqueFd found(raw::OpenAt(directory, name.c_str(), kFlags).fd());
  return found.valid() && MountOf(found.get()) != MountOf(directory);
}

}  // namespace chmdocker::image
