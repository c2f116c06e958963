#include "runtime/path/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::path {
namespace {

// PROC_ROOT_INO of the kernel: the root directory of every procfs.
constexpr ino_t kProcRoot = 1;

raw::Result CheckProcfs(int fd) {
  struct statfs fs;
  const raw::Result got = raw::Fstatfs(fd, &fs);
  if (!got.ok()) return got;
  return fs.f_type == PROC_SUPER_MAGIC ? raw::Result{}
                                       : raw::Failure(EXDEV, SYS_fstatfs);
}

raw::Result OpenProc() {
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!opened.ok()) return opened;
  UniqueFd proc(opened.fd());
  const raw::Result procfs = CheckProcfs(proc.get());
  if (!procfs.ok()) return procfs;
  struct stat status;
  const raw::Result got = raw::Fstat(proc.get(), &status);
  if (!got.ok()) return got;
  if (status.st_ino != kProcRoot) return raw::Failure(EXDEV, SYS_fstat);
  return {proc.release(), SYS_openat};
}

}  // namespace

raw::Result OpenInProc(const char* path, int flags) {
  const raw::Result root = OpenProc();
  if (!root.ok()) return root;
  const UniqueFd proc(root.fd());
  // "self" is a symlink, but no magic one.
  raw::Result opened =
      raw::OpenAt2(proc.get(), path, flags,
                   RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
  if (opened.error() == ENOSYS || opened.error() == EPERM) {
    opened = raw::OpenAt(proc.get(), path, flags);
  }
  if (!opened.ok()) return opened;
  UniqueFd file(opened.fd());
  const raw::Result procfs = CheckProcfs(file.get());
  if (!procfs.ok()) return procfs;
  return {file.release(), opened.number};
}

raw::Result WriteInProc(const char* path, const char* text, size_t size) {
  const raw::Result opened = OpenInProc(path, O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), text, size);
}

}  // namespace chmdocker::path
