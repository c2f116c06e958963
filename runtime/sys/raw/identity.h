// Who a process is: users and groups.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_IDENTITY_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_IDENTITY_H_

#include <stddef.h>
#include <sys/types.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

inline Result Setgroups(size_t count, const gid_t* groups) {
  return Call(SYS_setgroups, count, groups);
}
inline Result Setresgid(gid_t real, gid_t effective, gid_t saved) {
  return Call(SYS_setresgid, real, effective, saved);
}
inline Result Setresuid(uid_t real, uid_t effective, uid_t saved) {
  return Call(SYS_setresuid, real, effective, saved);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_IDENTITY_H_
