// Capabilities.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_

#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// The calling thread's effective set, bit n for capability n: capget(2).
inline Result EffectiveCapabilities(uint64_t* effective) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  const Result got = Call(SYS_capget, &header, data);
  *effective = data[0].effective | static_cast<uint64_t>(data[1].effective)
                                       << 32;
  return got;
}

// The calling thread's sets, bit n for capability n: capset(2). Bits that the
// kernel does not know are left out by it.
inline Result Capset(uint64_t effective, uint64_t permitted,
                     uint64_t inheritable) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; ++i) {
    data[i].effective = static_cast<uint32_t>(effective >> (32 * i));
    data[i].permitted = static_cast<uint32_t>(permitted >> (32 * i));
    data[i].inheritable = static_cast<uint32_t>(inheritable >> (32 * i));
  }
  return Call(SYS_capset, &header, data);
}

// PR_CAPBSET_READ and PR_CAPBSET_DROP of prctl(2); EINVAL behind the last
// capability of the kernel.
inline Result IsBounding(unsigned capability) {
  return Call(SYS_prctl, PR_CAPBSET_READ, capability, 0, 0, 0);
}
inline Result DropBounding(unsigned capability) {
  return Call(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
}

// PR_CAP_AMBIENT of prctl(2), Linux 4.3.
inline Result ClearAmbient() {
  return Call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}
inline Result RaiseAmbient(unsigned capability) {
  return Call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0,
              0);
}

// PR_SET_KEEPCAPS of prctl(2): whether the permitted set outlives the change
// from user 0 to another.
inline Result KeepCapabilities(bool keep) {
  return Call(SYS_prctl, PR_SET_KEEPCAPS, keep ? 1 : 0, 0, 0, 0);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_
