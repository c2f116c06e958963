#include "runtime/path/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

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

// Opens one name without following it, in the mount of `device` only.
raw::Result OpenName(int directory, const char* name, int flags, dev_t device) {
  const raw::Result opened = raw::OpenAt(directory, name, flags | O_NOFOLLOW);
  if (!opened.ok()) return opened;
  UniqueFd file(opened.fd());
  struct stat status;
  const raw::Result got = raw::Fstat(file.get(), &status);
  if (!got.ok()) return got;
  if (status.st_dev != device) return raw::Failure(EXDEV, SYS_openat);
  return {file.release(), SYS_openat};
}

// Opens the directory of the calling process: what "self" leads to.
raw::Result OpenSelf(int proc, dev_t device) {
  char number[32] = {};
  const raw::Result link = OpenName(proc, "self", O_PATH, device);
  if (!link.ok()) return link;
  const UniqueFd self(link.fd());
  const raw::Result read =
      raw::ReadlinkAt(self.get(), "", number, sizeof(number) - 1);
  if (!read.ok()) return read;
  return OpenName(proc, number, O_PATH | O_DIRECTORY, device);
}

// What openat2 does, one name after the other.
raw::Result Walk(int proc, const char* path, int flags) {
  struct stat root;
  const raw::Result got = raw::Fstat(proc, &root);
  if (!got.ok()) return got;
  UniqueFd at;
  for (;;) {
    char name[NAME_MAX + 1];
    size_t size = 0;
    for (; path[size] != '\0' && path[size] != '/'; ++size) {
      if (size == NAME_MAX) return raw::Failure(ENAMETOOLONG, SYS_openat);
      name[size] = path[size];
    }
    name[size] = '\0';
    const bool last = path[size] == '\0';
    const int directory = at.valid() ? at.get() : proc;
    const bool self = !at.valid() && strcmp(name, "self") == 0;
    const raw::Result opened =
        self ? OpenSelf(proc, root.st_dev)
             : OpenName(directory, name, last ? flags : O_PATH | O_DIRECTORY,
                        root.st_dev);
    if (!opened.ok() || last) return opened;
    at.reset(opened.fd());
    path += size + 1;
  }
}

raw::Result OpenBelow(int proc, const char* path, int flags) {
  // "self" is a symlink, but no magic one.
  raw::Result opened =
      raw::OpenAt2(proc, path, flags,
                   RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
  if (opened.error() == ENOSYS || opened.error() == EPERM) {
    opened = Walk(proc, path, flags);
  }
  if (!opened.ok()) return opened;
  UniqueFd file(opened.fd());
  const raw::Result procfs = CheckProcfs(file.get());
  if (!procfs.ok()) return procfs;
  return {file.release(), opened.number};
}

raw::Result WriteTo(const raw::Result& opened, const char* text, size_t size) {
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), text, size);
}

}  // namespace

raw::Result OpenInProc(const char* path, int flags) {
  const raw::Result root = OpenProc();
  if (!root.ok()) return root;
  const UniqueFd proc(root.fd());
  return OpenBelow(proc.get(), path, flags);
}

raw::Result WriteInProc(const char* path, const char* text, size_t size) {
  return WriteTo(OpenInProc(path, O_WRONLY), text, size);
}

raw::Result WriteInOwnProc(const char* path, const char* text, size_t size) {
  const raw::Result made =
      raw::NewFilesystem("proc", kAttrNosuid | kAttrNodev | kAttrNoexec);
  if (!made.ok()) return WriteInProc(path, text, size);
  const UniqueFd proc(made.fd());
  return WriteTo(OpenBelow(proc.get(), path, O_WRONLY), text, size);
}

}  // namespace chmdocker::path
