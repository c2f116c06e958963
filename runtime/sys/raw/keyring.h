// Keyrings: keyctl(2).
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_KEYRING_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_KEYRING_H_

#include <linux/keyctl.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// Joins the session keyring `name`, made if there is none; returns its number.
inline Result JoinSessionKeyring(const char* name) {
  return Call(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name, 0, 0, 0);
}

// "TYPE;UID;GID;PERMISSIONS;NAME"; returns the length with NUL, which may be
// more than `size`: then nothing was written.
inline Result DescribeKey(long key, char* out, size_t size) {
  return Call(SYS_keyctl, KEYCTL_DESCRIBE, key, out, size, 0);
}

inline Result SetKeyPermissions(long key, uint32_t permissions) {
  return Call(SYS_keyctl, KEYCTL_SETPERM, key, permissions, 0, 0);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_KEYRING_H_
