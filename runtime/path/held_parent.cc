#include "runtime/path/held_parent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "runtime/path/in_root.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::path {

raw::Result HeldParent::Open(int root, const char* path, const char** name) {
  *name = LastName(path);
  if (*name == nullptr) return raw::Failure(EINVAL, SYS_openat2);
  const auto length = static_cast<size_t>(*name - path);
  if (strspn(path, "/") == length) return {root, SYS_openat2};
  if (held_.valid() && root == root_ && length == length_ &&
      memcmp(path, directory_, length) == 0) {
    return {held_.get(), SYS_openat2};
  }
  char directory[PATH_MAX];
  if (length >= sizeof(directory)) {
    return raw::Failure(ENAMETOOLONG, SYS_openat2);
  }
  memcpy(directory, path, length);
  directory[length] = '\0';
  Forget();
  const raw::Result opened = OpenInRoot(root, directory, O_PATH | O_DIRECTORY);
  if (!opened.ok()) return opened;
  held_.reset(opened.fd());
  root_ = root;
  // Of a longer one no path is the beginning.
  length_ = length < kLongest ? length : 0;
  memcpy(directory_, path, length_);
  return opened;
}

}  // namespace chmdocker::path
