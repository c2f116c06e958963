#include "testing/bench/floor/mount_calls.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chmdocker::bench {
namespace {

// musl 1.2.5's <fcntl.h> has no AT_RECURSIVE.
constexpr unsigned kRecursive = 0x8000;

constexpr unsigned AtFlags(bool recursive) {
  return AT_EMPTY_PATH | (recursive ? kRecursive : 0);
}

static_assert(kReadonly == MOUNT_ATTR_RDONLY && kNosuid == MOUNT_ATTR_NOSUID &&
              kNodev == MOUNT_ATTR_NODEV && kNoexec == MOUNT_ATTR_NOEXEC);

}  // namespace

int CopyTree(int directory, const char* path, bool recursive) {
  return static_cast<int>(
      syscall(SYS_open_tree, directory, path,
              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AtFlags(recursive)));
}

int Attach(int tree, const char* path) {
  return static_cast<int>(syscall(SYS_move_mount, tree, "", AT_FDCWD, path,
                                  MOVE_MOUNT_F_EMPTY_PATH));
}

int SetAttributes(int directory, const char* path, uint64_t attributes,
                  bool recursive) {
  mount_attr attr = {};
  attr.attr_set = attributes;
  return static_cast<int>(syscall(SYS_mount_setattr, directory, path,
                                  AtFlags(recursive), &attr, sizeof(attr)));
}

int NewEmptyDirectory() {
  const long context = syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
  syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "ro", nullptr, 0);
  syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
  const long tree = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                            MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
                                MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  close(static_cast<int>(context));
  return static_cast<int>(tree);
}

}  // namespace chmdocker::bench
