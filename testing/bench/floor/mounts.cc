#include "testing/bench/floor/mounts.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <initializer_list>

#include "testing/bench/floor/mount_calls.h"
#include "testing/bench/floor/must.h"
#include "testing/bench/floor/path.h"

namespace chmdocker::bench {
namespace {

constexpr uint64_t kPlain = kNosuid | kNodev | kNoexec;

// mount(2) has other numbers for the same.
unsigned long MountFlags(uint64_t attributes) {
  unsigned long flags = 0;
  if ((attributes & kReadonly) != 0) flags |= MS_RDONLY;
  if ((attributes & kNosuid) != 0) flags |= MS_NOSUID;
  if ((attributes & kNodev) != 0) flags |= MS_NODEV;
  if ((attributes & kNoexec) != 0) flags |= MS_NOEXEC;
  if ((attributes & kStrictAtime) != 0) flags |= MS_STRICTATIME;
  return flags;
}

void MountIn(Tree tree, const char* type, const char* target,
             uint64_t attributes, const char* options) {
  if (tree == Tree::kInPlace) {
    Must(mount(type, target, type, MountFlags(attributes), options) == 0);
    return;
  }
  const int mounted = NewMount(type, options, attributes);
  Must(mounted >= 0 && Attach(mounted, target) == 0);
}

void MountNew(Tree tree, const char* type, const char* target,
              uint64_t attributes, const char* options) {
  Must(mkdir(target, 0755) == 0);
  MountIn(tree, type, target, attributes, options);
}

// Into the working directory.
void MountHierarchies(Tree tree, const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) {
    const Hierarchy& hierarchy = cgroups.hierarchies[i];
    const bool unified = hierarchy.unified();
    const char* const name = unified ? "unified" : hierarchy.controllers;
    MountNew(tree, unified ? "cgroup2" : "cgroup",
             strncmp(name, "name=", 5) == 0 ? name + 5 : name,
             kPlain | kReadonly, unified ? nullptr : name);
  }
}

constexpr char kCgroups[] = "sys/fs/cgroup";

void MountCgroupsInPlace(const Cgroups& cgroups, int root) {
  MountIn(Tree::kInPlace, "tmpfs", kCgroups, kPlain, "mode=755");
  Must(chdir(kCgroups) == 0);
  MountHierarchies(Tree::kInPlace, cgroups);
  Must(fchdir(root) == 0 &&
       SetAttributes(AT_FDCWD, kCgroups, kReadonly, false) == 0);
}

// A tree of their own: only the top of one can have its attributes changed as
// long as it is attached nowhere.
void MountCgroupsDetached(const Cgroups& cgroups, int root) {
  const int tree = NewMount("tmpfs", "mode=755", kPlain);
  Must(tree >= 0 && fchdir(tree) == 0);
  MountHierarchies(Tree::kDetached, cgroups);
  Must(SetAttributes(tree, "", kReadonly, false) == 0 && fchdir(root) == 0 &&
       Attach(tree, kCgroups) == 0);
}

void MountCgroups(Tree tree, const Cgroups& cgroups, int root) {
  if (cgroups.count == 1 && cgroups.hierarchies[0].unified()) {
    MountIn(tree, "cgroup2", kCgroups, kPlain | kReadonly, nullptr);
  } else if (tree == Tree::kInPlace) {
    MountCgroupsInPlace(cgroups, root);
  } else {
    MountCgroupsDetached(cgroups, root);
  }
}

void MountAll(Tree tree, const Cgroups& cgroups, int root) {
  MountIn(tree, "tmpfs", "dev", kNosuid | kStrictAtime, "mode=755,size=65536k");
  MountNew(tree, "devpts", "dev/pts", kNosuid | kNoexec,
           tree == Tree::kInPlace ? "newinstance,ptmxmode=0666,mode=0620,gid=5"
                                  : "ptmxmode=0666,mode=0620,gid=5");
  // The mode is 1777 unless one is given.
  MountNew(tree, "tmpfs", "dev/shm", kPlain, "size=65536k");
  MountNew(tree, "mqueue", "dev/mqueue", kPlain, nullptr);
  MountIn(tree, "sysfs", "sys", kPlain | kReadonly, nullptr);
  MountCgroups(tree, cgroups, root);
}

void MakeDevices() {
  const struct {
    const char* path;
    unsigned major, minor;
  } devices[] = {{"dev/null", 1, 3},    {"dev/zero", 1, 5},
                 {"dev/full", 1, 7},    {"dev/random", 1, 8},
                 {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  for (const auto& device : devices) {
    Must(mknod(device.path, S_IFCHR | 0666,
               makedev(device.major, device.minor)) == 0);
  }
  const char* const links[][2] = {{"/proc/self/fd", "dev/fd"},
                                  {"/proc/self/fd/0", "dev/stdin"},
                                  {"/proc/self/fd/1", "dev/stdout"},
                                  {"/proc/self/fd/2", "dev/stderr"},
                                  {"pts/ptmx", "dev/ptmx"}};
  for (const auto& link : links) Must(symlink(link[0], link[1]) == 0);
}

// What covers a file: read-only, as the container could change its mode.
int NewEmptyFile() {
  const int tree = CopyTree(AT_FDCWD, "dev/null", /*recursive=*/false);
  SetAttributes(tree, "", kReadonly | kNosuid | kNoexec, false);
  return tree;
}

// One empty directory and one null device, made once and then copied.
void MaskPaths() {
  int empty_directory = -1;
  int empty_file = -1;
  for (const char* path :
       {"proc/acpi", "proc/asound", "proc/interrupts", "proc/kcore",
        "proc/keys", "proc/latency_stats", "proc/sched_debug", "proc/scsi",
        "proc/timer_list", "proc/timer_stats", "sys/firmware",
        "sys/devices/virtual/powercap"}) {
    struct stat status;
    if (stat(path, &status) != 0) continue;
    const bool directory = S_ISDIR(status.st_mode);
    int& cover = directory ? empty_directory : empty_file;
    if (cover >= 0) {
      Must(Attach(CopyTree(cover, "", /*recursive=*/false), path) == 0);
      continue;
    }
    cover = directory ? NewEmptyDirectory() : NewEmptyFile();
    Must(Attach(cover, path) == 0);
  }
}

void MakeReadonly(int root) {
  for (const char* path :
       {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"}) {
    const int tree = CopyTree(AT_FDCWD, path, /*recursive=*/true);
    if (tree < 0) continue;
    Must(SetAttributes(tree, "", kReadonly, /*recursive=*/true) == 0 &&
         Attach(tree, path) == 0);
  }
  Must(SetAttributes(root, "", kReadonly, false) == 0);
}

// Whether a mount can be attached where nothing is attached itself.
bool MountProcDetached() {
  const int mounted = NewMount("proc", nullptr, 0);
  return mounted >= 0 && Attach(mounted, "proc") == 0;
}

}  // namespace

void BuildMounts(const char* rootfs, Tree tree, const Cgroups& cgroups) {
  Must(mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0);
  const int root = CopyTree(AT_FDCWD, rootfs, /*recursive=*/true);
  Must(root >= 0);
  Must(fchdir(root) == 0);
  if (tree == Tree::kDetached && !MountProcDetached()) tree = Tree::kInPlace;
  if (tree == Tree::kInPlace) {
    Must(Attach(root, rootfs) == 0);
    MountIn(tree, "proc", "proc", 0, nullptr);
  }
  umask(0);
  MountAll(tree, cgroups, root);
  MakeDevices();
  MaskPaths();
  MakeReadonly(root);
  if (tree == Tree::kDetached) Must(Attach(root, rootfs) == 0);
  Must(syscall(SYS_pivot_root, ".", ".") == 0 &&
       umount2(".", MNT_DETACH) == 0 && chdir("/") == 0);
}

}  // namespace chmdocker::bench
