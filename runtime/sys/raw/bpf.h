// bpf(2).
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_BPF_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_BPF_H_

#include <linux/bpf.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// Unused bytes of `attributes` must be zero: a kernel that knows fewer of them
// looks.
inline Result Bpf(bpf_cmd command, bpf_attr* attributes) {
  return Call(SYS_bpf, command, attributes, sizeof(*attributes));
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_BPF_H_
