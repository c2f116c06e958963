// MakeDevice, MakeDirectory and MakeSymlink: what is created in the rootfs.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "runtime/base/unique_fd.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::mounts {
namespace {

// Opens the directory of `path`. What is in /dev goes into the container's own
// /dev by descriptor: by name it could be the rootfs's directory by now, which
// other containers may share.
raw::Result OpenParent(const Rootfs& rootfs, const char* path,
                       const char** name) {
  constexpr char kDev[] = "/dev/";
  constexpr size_t kLength = sizeof(kDev) - 1;
  if (rootfs.dev.valid() && strncmp(path, kDev, kLength) == 0) {
    return path::OpenParentInRoot(rootfs.dev.get(), path + kLength - 1, name);
  }
  return path::OpenParentInRoot(rootfs.directory.get(), path, name);
}

// Opens the device `name` as O_PATH if it is the one that `step` wants; EEXIST
// for anything else, a symlink for example.
raw::Result OpenDevice(int parent, const char* name,
                       const step::MakeDevice<const char*>& step) {
  const raw::Result opened = raw::OpenAt(parent, name, O_PATH | O_NOFOLLOW);
  if (!opened.ok()) return opened;
  UniqueFd device(opened.fd());
  struct stat status;
  if (const raw::Result got = raw::Fstat(device.get(), &status); !got.ok()) {
    return got;
  }
  const bool numbered = !S_ISFIFO(status.st_mode);
  if ((status.st_mode & S_IFMT) != (step.mode & S_IFMT) ||
      (numbered && status.st_rdev != makedev(step.major, step.minor))) {
    return raw::Failure(EEXIST, SYS_mknodat);
  }
  return {device.release(), SYS_openat};
}

}  // namespace

raw::Result Run(const step::MakeDevice<const char*>& step,
                const Rootfs& rootfs) {
  const char* name = nullptr;
  const raw::Result opened = OpenParent(rootfs, step.path, &name);
  if (!opened.ok()) return opened;
  const UniqueFd parent(opened.fd());
  const raw::Result made = raw::MknodAt(parent.get(), name, step.mode,
                                        makedev(step.major, step.minor));
  if (!made.ok() && made.error() != EEXIST) return made;
  const bool there_before = !made.ok();
  if (!there_before && step.uid == 0 && step.gid == 0) return made;
  const raw::Result node = OpenDevice(parent.get(), name, step);
  if (!node.ok()) return node;
  const UniqueFd device(node.fd());
  // The image's own node is left as its maker wanted it.
  return there_before ? raw::Result{}
                      : raw::Chown(device.get(), step.uid, step.gid);
}

raw::Result Run(const step::MakeDirectory<const char*>& step,
                const Rootfs& rootfs) {
  const raw::Result made = path::CreateInRoot(rootfs.directory.get(), step.path,
                                              path::FileKind::kDirectory);
  if (made.ok()) (void)raw::Close(made.fd());
  return made;
}

raw::Result Run(const step::MakeSymlink<const char*>& step,
                const Rootfs& rootfs) {
  const char* name = nullptr;
  const raw::Result opened = OpenParent(rootfs, step.path, &name);
  if (!opened.ok()) return opened;
  const UniqueFd parent(opened.fd());
  const raw::Result made = raw::SymlinkAt(step.target, parent.get(), name);
  return made.error() == EEXIST ? raw::Result{} : made;
}

}  // namespace chmdocker::mounts
