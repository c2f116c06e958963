// The mount calls of Linux 5.2 and 5.12, by path: <linux/mount.h> can't stand
// beside <sys/mount.h>. Descriptors are left to the exec, which closes them.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_MOUNT_CALLS_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_MOUNT_CALLS_H_

#include <stdint.h>

namespace chmdocker::bench {

enum Attributes : uint64_t {
  kReadonly = 1,
  kNosuid = 2,
  kNodev = 4,
  kNoexec = 8,
  kStrictAtime = 0x20,
};

// A detached copy of the mount at `path`, seen from `directory` ("" is that
// itself), with what is below it if `recursive`. -1 on failure, as the others.
int CopyTree(int directory, const char* path, bool recursive);

// A new mount of the file system `type` that is attached nowhere yet. `options`
// is as mount(8) has them behind -o, or null. Its source is "none": to name one
// would be a call more.
int NewMount(const char* type, const char* options, uint64_t attributes);

// Attaches `tree` at `path`, seen from the working directory; since Linux 6.15
// that may be in a tree that is itself attached nowhere.
int Attach(int tree, const char* path);

int SetAttributes(int directory, const char* path, uint64_t attributes,
                  bool recursive);

// A new empty tmpfs on no mount point yet, with nothing allowed.
int NewEmptyDirectory();

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_MOUNT_CALLS_H_
