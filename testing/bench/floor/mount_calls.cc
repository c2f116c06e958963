#include "testing/bench/floor/mount_calls.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <string.h>
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
              kNodev == MOUNT_ATTR_NODEV && kNoexec == MOUNT_ATTR_NOEXEC &&
              kStrictAtime == MOUNT_ATTR_STRICTATIME);

// "KEY=VALUE" or "KEY", each for itself.
void SetOptions(int context, const char* options) {
  char text[256];
  if (strlen(options) >= sizeof(text)) return;
  strcpy(text, options);
  char* rest = nullptr;
  for (char* option = strtok_r(text, ",", &rest); option != nullptr;
       option = strtok_r(nullptr, ",", &rest)) {
    char* const value = strchr(option, '=');
    // "name=systemd", a hierarchy without controllers, is such a pair, too.
    if (value != nullptr) *value = '\0';
    syscall(SYS_fsconfig, context,
            value == nullptr ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, option,
            value == nullptr ? nullptr : value + 1, 0);
  }
}

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

int NewMount(const char* type, const char* options, uint64_t attributes) {
  const long opened = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (opened < 0) return -1;
  const int context = static_cast<int>(opened);
  if (options != nullptr) SetOptions(context, options);
  syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
  return static_cast<int>(
      syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes));
}

int NewEmptyDirectory() {
  return NewMount("tmpfs", "ro", kReadonly | kNosuid | kNodev | kNoexec);
}

}  // namespace chmdocker::bench
