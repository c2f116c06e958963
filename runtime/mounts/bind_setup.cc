// BindMount and SetMountAttributes.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "runtime/base/fd_path.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/copy_up.h"
#include "runtime/mounts/mount_options.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/mounts/setup_parts.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

bool SamePlace(const step::Place<const char*>& a,
               const step::Place<const char*>& b) {
  return a.slot == b.slot && strcmp(a.path, b.path) == 0;
}

// The flags of a mount, in mount(2)'s numbers; statfs(2) has its own for two.
MountFlags FlagsOf(const struct statfs& status) {
  constexpr unsigned long kSame =
      MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME;
  constexpr unsigned long kNosymfollow = 0x2000;  // ST_NOSYMFOLLOW, Linux 5.10
  const auto flags = static_cast<unsigned long>(status.f_flags);
  return MountFlags(
      (flags & kSame) | ((flags & ST_RELATIME) != 0 ? MS_RELATIME : 0) |
      ((flags & kNosymfollow) != 0 ? MS_NOSYMFOLLOW : 0) |
      ((flags & (ST_RELATIME | MS_NOATIME)) == 0 ? MS_STRICTATIME : 0));
}

constexpr MountFlags kAtimeFlags =
    kMountNoatime | kMountRelatime | kMountStrictAtime;

// Changes attributes by a bind remount. Those that the mount has already are
// named again: in a user namespace they are locked, and leaving one out is
// EPERM.
raw::Result RemountClassic(int fd, AttributeChange change) {
  struct statfs status;
  if (const raw::Result got = raw::Fstatfs(fd, &status); !got.ok()) return got;
  MountFlags flags = FlagsOf(status).without(ToMountFlags(change.cleared));
  if (change.cleared.has(kAttrAtime)) {
    flags = flags.without(kAtimeFlags);
    const bool named =
        change.set.has(kAttrNoatime) || change.set.has(kAttrStrictAtime);
    if (!named) flags |= kMountRelatime;
  }
  return raw::Mount(
      nullptr, FdPath(fd).c_str(), nullptr,
      flags | kMountRemount | kMountBind | ToMountFlags(change.set), nullptr);
}

raw::Result TryChange(int fd, AttributeChange change, bool recursive,
                      step::MountApi api) {
  switch (api) {
    case step::MountApi::kDetached:
      return raw::ChangeAttributes(fd, change.set, change.cleared, recursive);
    case step::MountApi::kClassic:
      return RemountClassic(fd, change);
  }
  return raw::Failure(EINVAL, SYS_mount_setattr);
}

// All changes that a bind mount wants.
raw::Result ChangeAll(int fd, const step::BindMount<const char*>& step) {
  const AttributeChange all = {step.recursive_set, step.recursive_cleared};
  if (!all.empty()) {
    const raw::Result changed = Change(fd, all, /*recursive=*/true, step.api);
    if (!changed.ok()) return changed;
  }
  const AttributeChange one = {step.set, step.cleared};
  return one.empty() ? raw::Result{}
                     : Change(fd, one, /*recursive=*/false, step.api);
}

// move_mount(2) says EINVAL where mount(2) says ENOTDIR, which engines explain
// to their users: a directory onto a file, or the reverse.
raw::Result Attach(int tree, int target) {
  const raw::Result attached = raw::AttachTree(tree, target);
  if (attached.error() != EINVAL) return attached;
  struct stat from, to;
  if (!raw::Fstat(tree, &from).ok() || !raw::Fstat(target, &to).ok() ||
      S_ISDIR(from.st_mode) == S_ISDIR(to.st_mode)) {
    return attached;
  }
  return raw::Failure(ENOTDIR, SYS_move_mount);
}

raw::Result BindDetached(int source, int target,
                         const step::BindMount<const char*>& step) {
  const raw::Result cloned = raw::CloneTree(source, step.recursive);
  if (!cloned.ok()) return cloned;
  const UniqueFd tree(cloned.fd());
  const raw::Result changed = ChangeAll(tree.get(), step);
  if (!changed.ok()) return changed;
  return Attach(tree.get(), target);
}

raw::Result BindClassic(int source, int target,
                        const step::BindMount<const char*>& step,
                        const Rootfs& rootfs) {
  const MountFlags flags =
      step.recursive ? kMountBind | kMountRecursive : kMountBind;
  const raw::Result bound = raw::Mount(
      FdPath(source).c_str(), FdPath(target).c_str(), nullptr, flags, nullptr);
  if (!bound.ok() ||
      (step.set | step.cleared | step.recursive_set | step.recursive_cleared)
          .empty()) {
    return bound;
  }
  // `target` is what lies under the new mount. Its path leads to the mount
  // itself, unless somebody exchanged it meanwhile.
  const bool no_follow = step.target_links == step::TargetLinks::kNoFollow;
  const raw::Result opened =
      OpenPlace(step.target, O_PATH | (no_follow ? O_NOFOLLOW : 0), rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd mounted(opened.fd());
  if (!raw::SameObject(mounted.get(), source)) {
    return raw::Failure(EAGAIN, SYS_mount);
  }
  return ChangeAll(mounted.get(), step);
}

raw::Result OpenSource(const step::BindMount<const char*>& step,
                       const Rootfs& rootfs) {
  const bool follow = step.source_links == step::SourceLinks::kFollow;
  return OpenPlace(step.source, O_PATH | (follow ? 0 : O_NOFOLLOW), rootfs);
}

// Makes the target the same symlink as `source`.
raw::Result CopySymlink(int source, const step::Place<const char*>& target,
                        const Rootfs& rootfs) {
  char text[PATH_MAX];
  const raw::Result length =
      raw::ReadlinkAt(source, "", text, sizeof(text) - 1);
  if (!length.ok()) return length;
  text[length.value] = '\0';
  return Run(step::MakeSymlink<const char*>{target.path, text}, rootfs);
}

// What stands on /proc must be the root of a procfs: what hides parts of it
// goes by their names.
raw::Result CheckProc(int source, const struct stat& status) {
  constexpr ino_t kProcRoot = 1;  // PROC_ROOT_INO
  struct statfs filesystem;
  const raw::Result got = raw::Fstatfs(source, &filesystem);
  if (!got.ok()) return got;
  if (filesystem.f_type == PROC_SUPER_MAGIC && status.st_ino == kProcRoot) {
    return {};
  }
  return raw::Failure(EOPNOTSUPP, SYS_mount);
}

// A volume starts as the image's directory is, which it covers.
raw::Result Fill(int source, int target) {
  struct stat status;
  const raw::Result got = raw::Fstat(target, &status);
  if (!got.ok()) return got;
  const raw::Result copied = CopyUp(target, source);
  if (!copied.ok()) return copied;
  const raw::Result owned = raw::Chown(source, status.st_uid, status.st_gid);
  if (!owned.ok()) return owned;
  return raw::ChmodAt(AT_FDCWD, FdPath(source).c_str(), status.st_mode & 07777);
}

}  // namespace

raw::Result Change(int fd, AttributeChange change, bool recursive,
                   step::MountApi api) {
  const raw::Result changed = TryChange(fd, change, recursive, api);
  // In a user namespace what is said of access times is locked as a whole. It
  // matters to nobody's safety, so the mount's own value is kept.
  const AttributeChange rest = {
      change.set.without(kAttrNoatime | kAttrStrictAtime | kAttrNodiratime),
      change.cleared.without(kAttrAtime | kAttrNodiratime)};
  if (changed.error() != EPERM || rest == change) return changed;
  return rest.empty() ? raw::Result{} : TryChange(fd, rest, recursive, api);
}

raw::Result BindConsole(int terminal, step::MountApi api, Rootfs& rootfs) {
  const raw::Result opened =
      OpenTarget({step::FdSlot::kRootfs, "/dev/console"}, rootfs,
                 path::FileKind::kRegular, step::TargetLinks::kNoFollow);
  if (!opened.ok()) return opened;
  const UniqueFd console(opened.fd());
  step::BindMount<const char*> bind;
  bind.api = api;
  return Bind(terminal, console.get(), bind, rootfs);
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

raw::Result Run(const step::BindMount<const char*>& step, Rootfs& rootfs) {
  const bool sent = step.source.slot == step::FdSlot::kSent;
  const raw::Result from = sent ? raw::Result{} : OpenSource(step, rootfs);
  if (!from.ok()) return from;
  const UniqueFd opened(sent ? -1 : from.fd());
  const int source = sent ? rootfs.sent.get() : opened.get();
  struct stat status;
  if (const raw::Result got = raw::Fstat(source, &status); !got.ok()) {
    return got;
  }
  // A bind of a place onto itself is about one object: a second resolution
  // could lead to another.
  if (SamePlace(step.source, step.target)) {
    rootfs.parent.Forget();
    return Bind(source, source, step, rootfs);
  }
  if (S_ISLNK(status.st_mode) &&
      step.source_links == step::SourceLinks::kCopy) {
    return CopySymlink(source, step.target, rootfs);
  }
  if (strcmp(step.target.path, "/proc") == 0) {
    const raw::Result proc = CheckProc(source, status);
    if (!proc.ok()) return proc;
  }
  const raw::Result to =
      OpenTarget(step.target, rootfs,
                 S_ISDIR(status.st_mode) ? path::FileKind::kDirectory
                                         : path::FileKind::kRegular,
                 step.target_links);
  if (!to.ok()) return to;
  const UniqueFd target(to.fd());
  if (step.copy_up) {
    const raw::Result filled = Fill(source, target.get());
    if (!filled.ok()) return filled;
  }
  if (!sent) return Bind(source, target.get(), step, rootfs);
  const raw::Result changed = ChangeAll(source, step);
  return changed.ok() ? Attach(source, target.get()) : changed;
}

raw::Result Run(const step::SetMountAttributes<const char*>& step,
                const Rootfs& rootfs) {
  const raw::Result opened = OpenPlace(step.target, O_PATH, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd target(opened.fd());
  return Change(target.get(), {step.set, step.cleared}, step.recursive,
                step.api);
}

}  // namespace chmdocker::mounts
