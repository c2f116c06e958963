// Filters of system calls.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_SECCOMP_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_SECCOMP_H_

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// seccomp(2), since Linux 3.17. `args` is what the operation takes: a
// sock_fprog of linux/filter.h for SECCOMP_SET_MODE_FILTER. The result of that
// with SECCOMP_FILTER_FLAG_NEW_LISTENER is a descriptor, close-on-exec.
inline Result Seccomp(unsigned operation, unsigned flags, const void* args) {
  return Call(SYS_seccomp, operation, flags, args);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_SECCOMP_H_
