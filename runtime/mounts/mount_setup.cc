// SetPropagation and MountFilesystem, and how their places are opened.
#include "runtime/mounts/mount_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "runtime/base/fd_path.h"
#include "runtime/base/flags.h"
#include "runtime/base/text_buffer.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/copy_up.h"
#include "runtime/mounts/setup_parts.h"
#include "runtime/path/in_root.h"
#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

// A page, less than which mount(2) takes.
using MountData = TextBuffer<4096>;

// The last component is not followed if it is a symlink.
raw::Result CreateNoFollow(int root, const char* path, path::FileKind kind) {
  const char* name = nullptr;
  const raw::Result opened = path::OpenParentInRoot(root, path, &name);
  if (!opened.ok()) return opened;
  const UniqueFd parent(opened.fd());
  const raw::Result found =
      raw::OpenAt(parent.get(), name, O_PATH | O_NOFOLLOW);
  if (found.error() != ENOENT) return found;
  const raw::Result made =
      kind == path::FileKind::kDirectory
          ? raw::MkdirAt(parent.get(), name, 0755)
          : raw::MknodAt(parent.get(), name, S_IFREG | 0644, 0);
  if (!made.ok() && made.error() != EEXIST) return made;
  return raw::OpenAt(parent.get(), name, O_PATH | O_NOFOLLOW);
}

raw::Result CreateWithoutLinks(int root, const char* path,
                               path::FileKind kind) {
  const raw::Result opened = path::CreateInRoot(root, path, kind);
  if (!opened.ok()) return opened;
  UniqueFd target(opened.fd());
  const raw::Result direct = path::OpenWithoutSymlinks(root, path);
  if (!direct.ok()) return direct;
  const UniqueFd named(direct.fd());
  if (!raw::SameObject(target.get(), named.get())) {
    return raw::Failure(ELOOP, SYS_openat);
  }
  return {target.release(), SYS_openat};
}

// The common case in few calls: a directory, or nothing yet, in the one where
// the last target was. IsNotBeside otherwise.
raw::Result CreateBeside(Rootfs& rootfs, const char* path,
                         step::TargetLinks links) {
  const int root = rootfs.directory.get();
  const char* name = nullptr;
  const raw::Result parent = rootfs.parent.Open(root, path, &name);
  if (!parent.ok()) return parent;
  // Symlinks on the way were followed.
  if (links == step::TargetLinks::kForbidden && parent.fd() != root) {
    return raw::Failure(ENOTDIR, SYS_openat);
  }
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
  const raw::Result found = raw::OpenAt(parent.fd(), name, kFlags);
  if (found.error() != ENOENT) return found;
  const raw::Result made = raw::MkdirAt(parent.fd(), name, 0755);
  if (!made.ok() && made.error() != EEXIST) return made;
  return raw::OpenAt(parent.fd(), name, kFlags);
}

// No name at the end, nothing to hold it yet, a symlink or a file.
bool IsNotBeside(int error) {
  return error == EINVAL || error == ENOENT || error == ENOTDIR;
}

raw::Result CreateTarget(int root, const char* path, path::FileKind kind,
                         step::TargetLinks links) {
  switch (links) {
    case step::TargetLinks::kFollow:
      return path::CreateInRoot(root, path, kind);
    case step::TargetLinks::kNoFollow:
      return CreateNoFollow(root, path, kind);
    case step::TargetLinks::kForbidden:
      return CreateWithoutLinks(root, path, kind);
  }
  return raw::Failure(EINVAL, SYS_openat);
}

// The planner lets only harmless paths in /proc be mounted on; by another name
// the image's symlink led there.
raw::Result RefuseHiddenProc(int target, const char* path) {
  constexpr char kProc[] = "/proc";
  constexpr size_t kLength = sizeof(kProc) - 1;
  if (strncmp(path, kProc, kLength) == 0 &&
      (path[kLength] == '\0' || path[kLength] == '/')) {
    return {};
  }
  struct statfs filesystem;
  const raw::Result got = raw::Fstatfs(target, &filesystem);
  if (!got.ok() || filesystem.f_type != PROC_SUPER_MAGIC) return got;
  return raw::Failure(ELOOP, SYS_openat);
}

// `data` with the permissions of the directory at `place`, if there is one: in
// front, though the step has no mode of its own.
raw::Result AddMode(const step::Place<const char*>& place, const Rootfs& rootfs,
                    MountData* data) {
  const raw::Result opened = OpenPlace(place, O_PATH | O_DIRECTORY, rootfs);
  if (opened.error() == ENOENT) return {};
  if (!opened.ok()) return opened;
  const UniqueFd directory(opened.fd());
  struct stat status;
  const raw::Result got = raw::Fstat(directory.get(), &status);
  if (!got.ok()) return got;
  char mode[] = "mode=0000";
  for (int digit = 0; digit < 4; ++digit) {
    mode[8 - digit] =
        static_cast<char>('0' + (status.st_mode >> (3 * digit) & 7));
  }
  data->Append(mode);
  return {};
}

raw::Result Remount(const step::MountFilesystem<const char*>& step,
                    const Rootfs& rootfs, const char* data) {
  const raw::Result opened = OpenPlace(step.target, O_PATH, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  return raw::Mount(step.source, FdPath(target.get()).c_str(), step.type,
                    step.flags, data);
}

// What the kernel says where a user namespace may not mount a file system: it
// lacks the rights, or the kernel has one already that is not its own.
bool IsRefusal(int error) { return error == EPERM || error == EBUSY; }

raw::Result BindSubstitute(const step::MountFilesystem<const char*>& step,
                           int target, const Rootfs& rootfs) {
  step::BindMount<const char*> bind;
  bind.source = {step::FdSlot::kRoot, step.substitute};
  bind.target = step.target;
  bind.recursive = true;
  bind.recursive_set = step.substitute_attributes;
  bind.api = step.api;
  const raw::Result opened = OpenPlace(bind.source, O_PATH, rootfs);
  // A host without it is like a kernel without the type.
  if (opened.error() == ENOENT) return raw::Failure(ENODEV, SYS_mount);
  if (!opened.ok()) return opened;
  const UniqueFd source(opened.fd());
  return Bind(source.get(), target, bind, rootfs);
}

// Without a root file system of its own the command starts in the caller's
// directory, which must not be left.
raw::Result MountOn(int target, const step::MountFilesystem<const char*>& step,
                    const char* data) {
  return step.target.slot == step::FdSlot::kRoot
             ? raw::Mount(step.source, step.target.path, step.type, step.flags,
                          data)
             : MountOnDirectory(target, step.source, step.type, step.flags,
                                data);
}

raw::Result MountNew(const step::MountFilesystem<const char*>& step,
                     Rootfs& rootfs, const char* data) {
  const raw::Result opened =
      OpenTarget(step.target, rootfs, path::FileKind::kDirectory, step.links);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  raw::Result mounted = MountOn(target.get(), step, data);
  int way = 0;
  if (IsRefusal(mounted.error()) && step.weaker_data[0] != '\0') {
    mounted = MountOn(target.get(), step, step.weaker_data);
    way = step::kWithWeakerData;
  }
  // EINVAL: before Linux 5.8 there is no such option.
  if ((IsRefusal(mounted.error()) || (way != 0 && mounted.error() == EINVAL)) &&
      step.substitute[0] != '\0') {
    const raw::Result bound = BindSubstitute(step, target.get(), rootfs);
    return bound.ok() ? raw::Result{step::kWithSubstitute, SYS_mount} : bound;
  }
  if (!mounted.ok()) return mounted;
  if (step.copy_up) {
    const raw::Result top =
        OpenMounted(step.target, rootfs, target.get(), O_RDONLY | O_DIRECTORY);
    if (!top.ok()) return top;
    const UniqueFd to(top.fd());
    const raw::Result copied = CopyUp(target.get(), to.get());
    return copied.ok() ? raw::Result() : copied;
  }
  if (strcmp(step.target.path, "/dev") == 0) {
    const raw::Result top =
        OpenMounted(step.target, rootfs, target.get(), O_PATH | O_DIRECTORY);
    if (!top.ok()) return top;
    rootfs.dev.reset(top.fd());
  }
  return {way, SYS_mount};
}

}  // namespace

raw::Result OpenPlace(const step::Place<const char*>& place, int flags,
                      const Rootfs& rootfs) {
  switch (place.slot) {
    case step::FdSlot::kRoot:
      return raw::OpenAt(AT_FDCWD, place.path, flags);
    case step::FdSlot::kRootfs:
      return path::OpenInRoot(rootfs.directory.get(), place.path, flags);
    case step::FdSlot::kSent:
      break;
  }
  return raw::Failure(EINVAL, SYS_openat);
}

raw::Result OpenTarget(const step::Place<const char*>& place, Rootfs& rootfs,
                       path::FileKind kind, step::TargetLinks links) {
  if (place.slot != step::FdSlot::kRootfs) {
    return OpenPlace(place, O_PATH, rootfs);
  }
  raw::Result opened = kind == path::FileKind::kDirectory
                           ? CreateBeside(rootfs, place.path, links)
                           : raw::Failure(ENOTDIR, SYS_openat);
  if (IsNotBeside(opened.error())) {
    rootfs.parent.Forget();
    opened = CreateTarget(rootfs.directory.get(), place.path, kind, links);
  }
  if (!opened.ok()) return opened;
  UniqueFd target(opened.fd());
  const raw::Result allowed = RefuseHiddenProc(target.get(), place.path);
  if (!allowed.ok()) return allowed;
  return {target.release(), SYS_openat};
}

raw::Result MountOnDirectory(int target, const char* source, const char* type,
                             MountFlags flags, const char* data) {
  const raw::Result there = raw::Fchdir(target);
  if (!there.ok()) return there;
  return raw::Mount(source, ".", type, flags, data);
}

raw::Result OpenMounted(const step::Place<const char*>& place,
                        const Rootfs& rootfs, int covered, int flags) {
  const raw::Result opened = OpenPlace(place, flags, rootfs);
  if (!opened.ok()) return opened;
  UniqueFd mounted(opened.fd());
  const raw::Result above =
      raw::OpenAt(mounted.get(), "..", O_PATH | O_DIRECTORY);
  if (!above.ok()) return above;
  const UniqueFd parent(above.fd());
  const raw::Result beside = raw::OpenAt(covered, "..", O_PATH | O_DIRECTORY);
  if (!beside.ok()) return beside;
  const UniqueFd parent_of_covered(beside.fd());
  // Nothing but the new mount has the same parent and another file system.
  struct stat status, status_covered;
  raw::Result got = raw::Fstat(mounted.get(), &status);
  if (got.ok()) got = raw::Fstat(covered, &status_covered);
  if (!got.ok()) return got;
  if (status.st_dev == status_covered.st_dev ||
      !raw::SameObject(parent.get(), parent_of_covered.get())) {
    return raw::Failure(EAGAIN, SYS_mount);
  }
  return {mounted.release(), SYS_openat};
}

raw::Result Run(const step::SetPropagation<const char*>& step,
                const Rootfs& rootfs) {
  if (step.target.slot == step::FdSlot::kRoot) {
    return raw::Mount(nullptr, step.target.path, nullptr, step.propagation,
                      nullptr);
  }
  const raw::Result opened = OpenPlace(step.target, O_PATH, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  return raw::Mount(nullptr, FdPath(target.get()).c_str(), nullptr,
                    step.propagation, nullptr);
}

raw::Result Run(const step::MountFilesystem<const char*>& step,
                Rootfs& rootfs) {
  MountData data;
  if (step.inherit_mode) {
    const raw::Result added = AddMode(step.target, rootfs, &data);
    if (!added.ok()) return added;
  }
  if (data.size() > 0 && step.data[0] != '\0') data.Append(",");
  data.Append(step.data);
  data.Append("", 1);
  const char* const text = data.data()[0] == '\0' ? nullptr : data.data();
  return step.flags.has(kMountRemount) ? Remount(step, rootfs, text)
                                       : MountNew(step, rootfs, text);
}

}  // namespace chmdocker::mounts
