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

// The directory that holds the last component of a path, `name`.
class Parent {
 public:
  // What is in /dev goes into the container's own /dev by descriptor: by name
  // it could be the rootfs's directory by now, which other containers may
  // share.
  raw::Result Open(const Rootfs& rootfs, const char* path) {
    constexpr char kDev[] = "/dev/";
    constexpr size_t kLength = sizeof(kDev) - 1;
    const bool in_dev = rootfs.dev.valid() && strncmp(path, kDev, kLength) == 0;
    const int root = in_dev ? rootfs.dev.get() : rootfs.directory.get();
    const char* const below = in_dev ? path + kLength : path;
    if (in_dev && path::LastName(below) == below) {
      fd_ = root;
      name_ = below;
      return {};
    }
    const raw::Result opened = path::OpenParentInRoot(root, below, &name_);
    if (!opened.ok()) return opened;
    opened_.reset(opened.fd());
    fd_ = opened_.get();
    return opened;
  }

  int fd() const { return fd_; }
  const char* name() const { return name_; }

 private:
  UniqueFd opened_;
  int fd_ = -1;
  const char* name_ = nullptr;
};

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
  Parent parent;
  const raw::Result opened = parent.Open(rootfs, step.path);
  if (!opened.ok()) return opened;
  const raw::Result made = raw::MknodAt(parent.fd(), parent.name(), step.mode,
                                        makedev(step.major, step.minor));
  if (!made.ok() && made.error() != EEXIST) return made;
  const bool there_before = !made.ok();
  if (!there_before && step.uid == 0 && step.gid == 0) return made;
  const raw::Result node = OpenDevice(parent.fd(), parent.name(), step);
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
  Parent parent;
  const raw::Result opened = parent.Open(rootfs, step.path);
  if (!opened.ok()) return opened;
  const raw::Result made =
      raw::SymlinkAt(step.target, parent.fd(), parent.name());
  return made.error() == EEXIST ? raw::Result{} : made;
}

}  // namespace chmdocker::mounts
