// OpenRootfs and PivotRoot: the way into the container's root file system.
#include <errno.h>
#include <fcntl.h>

#include <utility>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/mounts/setup_parts.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

// Recursive: in a user namespace the mounts below are locked to their parent,
// and to copy it without them is EINVAL.
raw::Result BindDetached(int directory) {
  const raw::Result tree = raw::CloneTree(directory, /*recursive=*/true);
  if (!tree.ok()) return tree;
  const raw::Result attached = raw::AttachTree(tree.fd(), directory);
  if (!attached.ok()) {
    (void)raw::Close(tree.fd());
    return attached;
  }
  return tree;
}

raw::Result BindClassic(int directory, const char* path) {
  const raw::Result there = raw::Fchdir(directory);
  if (!there.ok()) return there;
  const raw::Result bound =
      raw::Mount(".", ".", nullptr, kMountBind | kMountRecursive, nullptr);
  if (!bound.ok()) return bound;
  // "." is still what lies under the new mount; the path leads to the mount,
  // unless it was exchanged.
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_PATH | O_DIRECTORY);
  if (!opened.ok()) return opened;
  UniqueFd mounted(opened.fd());
  if (!raw::SameObject(directory, mounted.get())) {
    return raw::Failure(EAGAIN, SYS_mount);
  }
  return {mounted.release(), SYS_openat};
}

raw::Result BindOntoItself(int directory,
                           const step::OpenRootfs<const char*>& step) {
  switch (step.api) {
    case step::MountApi::kDetached:
      return BindDetached(directory);
    case step::MountApi::kClassic:
      return BindClassic(directory, step.path);
  }
  return raw::Failure(EINVAL, SYS_mount);
}

}  // namespace

raw::Result ChangeHolder(int directory, MountFlags propagation) {
  const raw::Result start = raw::OpenAt(directory, ".", O_PATH | O_DIRECTORY);
  if (!start.ok()) return start;
  UniqueFd at(start.fd());
  for (;;) {
    const raw::Result there = raw::Fchdir(at.get());
    if (!there.ok()) return there;
    // Which directory is the root of the mount, the kernel says: any other is
    // EINVAL.
    const raw::Result set =
        raw::Mount(nullptr, ".", nullptr, propagation, nullptr);
    if (set.error() != EINVAL) return set;
    const raw::Result above = raw::OpenAt(at.get(), "..", O_PATH | O_DIRECTORY);
    if (!above.ok()) return above;
    UniqueFd parent(above.fd());
    // The root of a chroot is no root of a mount.
    if (raw::SameObject(parent.get(), at.get())) return set;
    at = std::move(parent);
  }
}

raw::Result Run(const step::OpenRootfs<const char*>& step, Rootfs& rootfs) {
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, step.path, O_PATH | O_DIRECTORY);
  if (!opened.ok()) return opened;
  const UniqueFd directory(opened.fd());
  // By whatever name: with the host's own root nothing would be set apart.
  const raw::Result root = raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  if (!root.ok()) return root;
  const UniqueFd host(root.fd());
  if (raw::SameObject(directory.get(), host.get())) {
    return raw::Failure(EBUSY, SYS_openat);
  }
  if (step.leave_peers) {
    const raw::Result left = ChangeHolder(directory.get(), kMountPrivate);
    if (!left.ok()) return left;
  }
  const raw::Result bound = BindOntoItself(directory.get(), step);
  if (!bound.ok()) return bound;
  rootfs.directory.reset(bound.fd());
  rootfs.caller_umask = raw::Umask(0);
  return {};
}

raw::Result LeaveRootfs(Rootfs& rootfs) {
  const raw::Result at_root = raw::Chdir("/");
  (void)raw::Umask(rootfs.caller_umask);
  rootfs = {};
  return at_root;
}

raw::Result Run(const step::PivotRoot<const char*>& step, Rootfs& rootfs) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  if (!opened.ok()) return opened;
  const UniqueFd old(opened.fd());
  const raw::Result there = raw::Fchdir(rootfs.directory.get());
  if (!there.ok()) return there;
  // pivot_root(2), NOTES: the old root lands on top of the new one, and
  // unmounting "." takes it away. No directory for it is needed in the rootfs.
  const raw::Result pivoted = raw::PivotRoot(".", ".");
  if (!pivoted.ok()) return pivoted;
  if (step.leave_peers) {
    // From its own directory: to mount(2), unlike umount2(2), "." is the new
    // root, whose mounts shall stay shared.
    raw::Result left = raw::Fchdir(old.get());
    if (!left.ok()) return left;
    left = raw::Mount(nullptr, ".", nullptr, kMountSlave | kMountRecursive,
                      nullptr);
    if (!left.ok()) return left;
  }
  const raw::Result detached = raw::DetachMount(".");
  if (!detached.ok()) return detached;
  return LeaveRootfs(rootfs);
}

}  // namespace chmdocker::mounts
