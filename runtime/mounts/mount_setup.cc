#include "runtime/mounts/mount_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/fd_path.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

bool IsDirectory(const struct stat& status) { return S_ISDIR(status.st_mode); }

bool SamePlace(const step::Place<const char*>& a,
               const step::Place<const char*>& b) {
  return a.slot == b.slot && strcmp(a.path, b.path) == 0;
}

raw::Result OpenTarget(const step::Place<const char*>& place,
                       const Rootfs& rootfs, path::FileKind kind) {
  switch (place.slot) {
    case step::FdSlot::kRoot:
      return raw::OpenAt(AT_FDCWD, place.path, O_PATH);
    case step::FdSlot::kRootfs:
      return path::CreateInRoot(rootfs.directory.get(), place.path, kind);
  }
  return raw::Failure(EINVAL, SYS_openat);
}

// Mounts on the directory `target` without naming it: mount(2) takes a path
// only, and "." is the one that can't be exchanged meanwhile.
raw::Result MountOnDirectory(int target, const char* source, const char* type,
                             MountFlags flags, const char* data) {
  const raw::Result there = raw::Fchdir(target);
  if (!there.ok()) return there;
  return raw::Mount(source, ".", type, flags, data);
}

MountFlags ToMountFlags(MountAttributes attributes) {
  MountFlags flags;
  if (attributes.has(kAttrReadonly)) flags |= kMountReadonly;
  if (attributes.has(kAttrNosuid)) flags |= kMountNosuid;
  if (attributes.has(kAttrNodev)) flags |= kMountNodev;
  if (attributes.has(kAttrNoexec)) flags |= kMountNoexec;
  return flags;
}

// The flags of a mount, in mount(2)'s numbers; statfs(2) has its own for two.
MountFlags FlagsOf(const struct statfs& status) {
  constexpr unsigned long kSame =
      MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME;
  const auto flags = static_cast<unsigned long>(status.f_flags);
  return MountFlags((flags & kSame) |
                    ((flags & ST_RELATIME) != 0 ? MS_RELATIME : 0));
}

// Adds attributes by a bind remount. Those that the mount has already are
// named again: in a user namespace they are locked, and leaving one out is
// EPERM.
raw::Result RemountClassic(int fd, MountAttributes attributes) {
  struct statfs status;
  if (const raw::Result got = raw::Fstatfs(fd, &status); !got.ok()) return got;
  return raw::Mount(
      nullptr, FdPath(fd).c_str(), nullptr,
      FlagsOf(status) | kMountRemount | kMountBind | ToMountFlags(attributes),
      nullptr);
}

raw::Result SetAttributes(int fd, MountAttributes attributes, bool recursive,
                          step::MountApi api) {
  switch (api) {
    case step::MountApi::kDetached:
      return raw::SetAttributes(fd, attributes, recursive);
    case step::MountApi::kClassic:
      return RemountClassic(fd, attributes);
  }
  return raw::Failure(EINVAL, SYS_mount_setattr);
}

raw::Result BindDetached(int source, int target,
                         const step::BindMount<const char*>& step) {
  const raw::Result cloned = raw::CloneTree(source, step.recursive);
  if (!cloned.ok()) return cloned;
  const UniqueFd tree(cloned.fd());
  if (!step.attributes.empty()) {
    const raw::Result set =
        raw::SetAttributes(tree.get(), step.attributes, step.recursive);
    if (!set.ok()) return set;
  }
  return raw::AttachTree(tree.get(), target);
}

raw::Result BindClassic(int source, int target,
                        const step::BindMount<const char*>& step,
                        const Rootfs& rootfs) {
  const MountFlags flags =
      step.recursive ? kMountBind | kMountRecursive : kMountBind;
  const raw::Result bound = raw::Mount(
      FdPath(source).c_str(), FdPath(target).c_str(), nullptr, flags, nullptr);
  if (!bound.ok() || step.attributes.empty()) return bound;
  // `target` is what lies under the new mount. Its path leads to the mount
  // itself, unless somebody exchanged it meanwhile.
  const raw::Result opened = OpenPlace(step.target, O_PATH, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd mounted(opened.fd());
  if (!raw::SameObject(mounted.get(), source)) {
    return raw::Failure(EAGAIN, SYS_mount);
  }
  return RemountClassic(mounted.get(), step.attributes);
}

}  // namespace

raw::Result OpenPlace(const step::Place<const char*>& place, int flags,
                      const Rootfs& rootfs) {
  switch (place.slot) {
    case step::FdSlot::kRoot:
      return raw::OpenAt(AT_FDCWD, place.path, flags);
    case step::FdSlot::kRootfs:
      return path::OpenInRoot(rootfs.directory.get(), place.path, flags);
  }
  return raw::Failure(EINVAL, SYS_openat);
}

raw::Result Bind(int source, int target,
                 const step::BindMount<const char*>& step,
                 const Rootfs& rootfs) {
  switch (step.api) {
    case step::MountApi::kDetached:
      return BindDetached(source, target, step);
    case step::MountApi::kClassic:
      return BindClassic(source, target, step, rootfs);
  }
  return raw::Failure(EINVAL, SYS_mount);
}

raw::Result Run(const step::SetPropagation<const char*>& step) {
  return raw::Mount(nullptr, "/", nullptr, step.propagation, nullptr);
}

raw::Result Run(const step::MountFilesystem<const char*>& step,
                const Rootfs& rootfs) {
  const char* const data = step.data[0] == '\0' ? nullptr : step.data;
  if (step.target.slot == step::FdSlot::kRoot) {
    return raw::Mount(step.source, step.target.path, step.type, step.flags,
                      data);
  }
  const raw::Result opened =
      OpenTarget(step.target, rootfs, path::FileKind::kDirectory);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  // A symlink in the image could put /proc where the paths that hide parts of
  // it do not find it (CVE-2019-19921).
  const raw::Result direct =
      path::OpenWithoutSymlinks(rootfs.directory.get(), step.target.path);
  if (!direct.ok()) return direct;
  const UniqueFd named(direct.fd());
  if (!raw::SameObject(target.get(), named.get())) {
    return raw::Failure(ELOOP, SYS_openat);
  }
  return MountOnDirectory(target.get(), step.source, step.type, step.flags,
                          data);
}

raw::Result Run(const step::BindMount<const char*>& step,
                const Rootfs& rootfs) {
  const raw::Result from = OpenPlace(step.source, O_PATH, rootfs);
  if (!from.ok()) return from;
  const UniqueFd source(from.fd());
  struct stat status;
  if (const raw::Result got = raw::Fstat(source.get(), &status); !got.ok()) {
    return got;
  }
  // A bind of a place onto itself is about one object: a second resolution
  // could lead to another.
  if (SamePlace(step.source, step.target)) {
    return Bind(source.get(), source.get(), step, rootfs);
  }
  const raw::Result to =
      OpenTarget(step.target, rootfs,
                 IsDirectory(status) ? path::FileKind::kDirectory
                                     : path::FileKind::kRegular);
  if (!to.ok()) return to;
  const UniqueFd target(to.fd());
  return Bind(source.get(), target.get(), step, rootfs);
}

raw::Result Run(const step::SetMountAttributes<const char*>& step,
                const Rootfs& rootfs) {
  const raw::Result opened = OpenPlace(step.target, O_PATH, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  return SetAttributes(target.get(), step.attributes, /*recursive=*/false,
                       step.api);
}

raw::Result Run(const step::MaskPath<const char*>& step, const Rootfs& rootfs) {
  const raw::Result opened =
      path::OpenInRoot(rootfs.directory.get(), step.path, O_PATH);
  if (opened.error() == ENOENT) return {};
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  struct stat status;
  if (const raw::Result got = raw::Fstat(target.get(), &status); !got.ok()) {
    return got;
  }
  if (IsDirectory(status)) {
    return MountOnDirectory(
        target.get(), "tmpfs", "tmpfs",
        kMountReadonly | kMountNosuid | kMountNodev | kMountNoexec, nullptr);
  }
  // The host's /dev/null, not the image's, and checked all the same: bound
  // from a symlink it would open a file of /proc to the container
  // (CVE-2025-31133).
  const raw::Result null = raw::OpenAt(AT_FDCWD, "/dev/null", O_PATH);
  if (!null.ok()) return null;
  const UniqueFd source(null.fd());
  if (const raw::Result got = raw::Fstat(source.get(), &status); !got.ok()) {
    return got;
  }
  if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3)) {
    return raw::Failure(ENODEV, SYS_openat);
  }
  // Read-only: through a writable bind the container could change the mode and
  // times of the host's node. Writing to the device itself stays possible.
  return Bind(source.get(), target.get(),
              {{step::FdSlot::kRoot, "/dev/null"},
               {step::FdSlot::kRootfs, step.path},
               kAttrReadonly | kAttrNosuid | kAttrNoexec,
               /*recursive=*/false,
               step.api},
              rootfs);
}

}  // namespace chmdocker::mounts
