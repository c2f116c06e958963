// statx(2), for what libc's structure does not have.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_ID_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_ID_H_

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// The mount that `path` is on, by its number in /proc/PID/mountinfo. ENOTSUP
// before Linux 5.8.
inline Result MountId(const char* path, uint64_t* id) {
  constexpr unsigned kMountId = 0x1000;  // STATX_MNT_ID
  struct {
    uint32_t mask;
    char others[140];
    uint64_t mount_id;
    char more[104];
  } status = {};
  static_assert(sizeof(status) == 256 &&
                offsetof(decltype(status), mount_id) == 144);
  const Result result =
      Call(SYS_statx, AT_FDCWD, path, AT_NO_AUTOMOUNT, kMountId, &status);
  if (!result.ok()) return result;
  if ((status.mask & kMountId) == 0) return Failure(ENOTSUP, SYS_statx);
  *id = status.mount_id;
  return result;
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_MOUNT_ID_H_
