// MaskPath.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <utility>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/mounts/setup_parts.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

// The host's /dev/null, not the image's, and checked all the same: bound from a
// symlink it would open a file of /proc to the container (CVE-2025-31133).
raw::Result OpenNull() {
  const raw::Result null = raw::OpenAt(AT_FDCWD, "/dev/null", O_PATH);
  if (!null.ok()) return null;
  UniqueFd file(null.fd());
  struct stat status;
  if (const raw::Result got = raw::Fstat(file.get(), &status); !got.ok()) {
    return got;
  }
  if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3)) {
    return raw::Failure(ENODEV, SYS_openat);
  }
  return {file.release(), SYS_openat};
}

// Read-only: through a writable bind the container could change the mode and
// times of the host's node. Writing to the device itself stays possible.
constexpr MountAttributes kNullAttributes =
    kAttrReadonly | kAttrNosuid | kAttrNoexec;

// A mount of /dev/null that is attached nowhere yet.
raw::Result DetachedNull() {
  const raw::Result null = OpenNull();
  if (!null.ok()) return null;
  const UniqueFd source(null.fd());
  const raw::Result cloned = raw::CloneTree(source.get(), /*recursive=*/false);
  if (!cloned.ok()) return cloned;
  UniqueFd tree(cloned.fd());
  const raw::Result changed = raw::ChangeAttributes(tree.get(), kNullAttributes,
                                                    {}, /*recursive=*/false);
  if (!changed.ok()) return changed;
  return {tree.release(), SYS_open_tree};
}

raw::Result DetachedEmptyDirectory() {
  return raw::NewFilesystem(
      "tmpfs", kAttrReadonly | kAttrNosuid | kAttrNodev | kAttrNoexec);
}

// Covers `target` with what `cover` is a mount of: the first time it is made,
// then copied, so that all hidden directories share one file system.
raw::Result CoverDetached(int target, UniqueFd& cover, raw::Result (*make)()) {
  const bool first = cover.get() < 0;
  const raw::Result got =
      first ? make() : raw::CloneTree(cover.get(), /*recursive=*/false);
  if (!got.ok()) return got;
  UniqueFd tree(got.fd());
  const raw::Result attached = raw::AttachTree(tree.get(), target);
  // Copies are made of attached mounts only.
  if (attached.ok() && first) cover = std::move(tree);
  return attached;
}

raw::Result CoverFileClassic(int target, const char* path,
                             const Rootfs& rootfs) {
  const raw::Result null = OpenNull();
  if (!null.ok()) return null;
  const UniqueFd source(null.fd());
  step::BindMount<const char*> bind;
  bind.source = {step::FdSlot::kRoot, "/dev/null"};
  bind.target = {step::FdSlot::kRootfs, path};
  bind.set = kNullAttributes;
  bind.api = step::MountApi::kClassic;
  return Bind(source.get(), target, bind, rootfs);
}

raw::Result OpenWithStatus(raw::Result opened, UniqueFd& file,
                           struct stat* status) {
  if (!opened.ok()) return opened;
  file.reset(opened.fd());
  return raw::Fstat(file.get(), status);
}

// Opens what is to be hidden; a symlink is followed to what it leads to.
raw::Result OpenHidden(Rootfs& rootfs, const char* path, UniqueFd& target,
                       struct stat* status) {
  const int root = rootfs.directory.get();
  const char* name = nullptr;
  const raw::Result parent = rootfs.parent.Open(root, path, &name);
  if (parent.ok()) {
    const raw::Result found = OpenWithStatus(
        raw::OpenAt(parent.fd(), name, O_PATH | O_NOFOLLOW), target, status);
    if (!found.ok() || !S_ISLNK(status->st_mode)) return found;
  } else if (parent.error() != EINVAL) {
    return parent;
  }
  rootfs.parent.Forget();
  return OpenWithStatus(path::OpenInRoot(root, path, O_PATH), target, status);
}

}  // namespace

raw::Result Run(const step::MaskPath<const char*>& step, Rootfs& rootfs) {
  UniqueFd target;
  struct stat status;
  const raw::Result opened = OpenHidden(rootfs, step.path, target, &status);
  // ENOTDIR: a part of the path is a file; it has nothing below it.
  if (opened.error() == ENOENT || opened.error() == ENOTDIR) return {};
  if (!opened.ok()) return opened;
  const bool directory = S_ISDIR(status.st_mode);
  switch (step.api) {
    case step::MountApi::kDetached:
      return directory
                 ? CoverDetached(target.get(), rootfs.empty_directory,
                                 DetachedEmptyDirectory)
                 : CoverDetached(target.get(), rootfs.empty_file, DetachedNull);
    case step::MountApi::kClassic:
      return directory ? MountOnDirectory(target.get(), "tmpfs", "tmpfs",
                                          kMountReadonly | kMountNosuid |
                                              kMountNodev | kMountNoexec,
                                          nullptr)
                       : CoverFileClassic(target.get(), step.path, rootfs);
  }
  return raw::Failure(EINVAL, SYS_mount);
}

}  // namespace chmdocker::mounts
