// Capabilities.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_

#include <linux/capability.h>
#include <stdint.h>

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

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_CAPS_H_
