// Mounts: mount(2) and the calls of Linux 5.2 and 5.12 that work on
// descriptors instead of paths.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_H_

#include <fcntl.h>
#include <linux/mount.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"

// Ours, because musl 1.2.5's <fcntl.h> lacks it; from the kernel's
// include/uapi/linux/fcntl.h.
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

namespace chmdocker::raw {

inline Result Mount(const char* source, const char* target, const char* type,
                    MountFlags flags, const char* data) {
  return Call(SYS_mount, source, target, type, flags.bits(), data);
}

// umount2(2) with MNT_DETACH; <sys/mount.h>, which names it, cannot stand
// beside <linux/mount.h>.
inline Result DetachMount(const char* target) {
  constexpr int kMntDetach = 2;
  return Call(SYS_umount2, target, kMntDetach);
}

inline Result PivotRoot(const char* new_root, const char* put_old) {
  return Call(SYS_pivot_root, new_root, put_old);
}

// open_tree(2): a detached copy of the mount (of the tree, if `recursive`) at
// the object that `fd` refers to.
inline Result CloneTree(int fd, bool recursive) {
  return Call(SYS_open_tree, fd, "",
              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
                  (recursive ? AT_RECURSIVE : 0));
}

// move_mount(2): attaches the detached tree `from` on top of `to`.
inline Result AttachTree(int from, int to) {
  return Call(SYS_move_mount, from, "", to, "",
              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

// A new file system on no mount point yet, with no options but, if its
// attributes have that, read-only: fsopen(2), fsmount(2), Linux 5.2. The
// descriptor is its root.
inline Result NewFilesystem(const char* type, MountAttributes attributes) {
  const Result context = Call(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (!context.ok()) return context;
  Result made;
  if (attributes.has(kAttrReadonly)) {
    made =
        Call(SYS_fsconfig, context.fd(), FSCONFIG_SET_FLAG, "ro", nullptr, 0);
  }
  if (made.ok()) {
    made = Call(SYS_fsconfig, context.fd(), FSCONFIG_CMD_CREATE, nullptr,
                nullptr, 0);
  }
  if (made.ok()) {
    made = Call(SYS_fsmount, context.fd(), FSMOUNT_CLOEXEC, attributes.bits());
  }
  (void)Call(SYS_close, context.fd());
  return made;
}

// mount_setattr(2): sets and clears attributes of the mount that `fd` is the
// root of, or, if `recursive`, of all below it, too.
inline Result ChangeAttributes(int fd, MountAttributes set,
                               MountAttributes cleared, bool recursive) {
  mount_attr attr = {};
  attr.attr_set = set.bits();
  attr.attr_clr = cleared.bits();
  return Call(SYS_mount_setattr, fd, "",
              AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
              sizeof(attr));
}

// mount_setattr(2): lets the detached tree `fd` show its files with the owners
// that the maps of the user namespace `user_namespace` say.
inline Result MapIds(int fd, int user_namespace, bool recursive) {
  mount_attr attr = {};
  attr.attr_set = MOUNT_ATTR_IDMAP;
  attr.userns_fd = static_cast<unsigned>(user_namespace);
  return Call(SYS_mount_setattr, fd, "",
              AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
              sizeof(attr));
}

// mount_setattr(2) with a structure of no size, which is never valid: what it
// says tells whether the call can be made at all.
inline Result ProbeSetAttributes() {
  return Call(SYS_mount_setattr, -1, "", AT_EMPTY_PATH, nullptr, 0);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_H_
