// The classes of ioprio_set(2). <linux/ioprio.h> can't be included: its newer
// editions, Debian's of Linux 6.1.192 for one, have C code that is no C++.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_IO_PRIORITY_H_
#define CHMDOCKER_RUNTIME_BASE_IO_PRIORITY_H_

#include <cstdint>

namespace chmdocker {

// IOPRIO_CLASS_*.
enum IoPriorityClass : uint32_t {
  kIoRealtime = 1,
  kIoBestEffort = 2,
  kIoIdle = 3,
};

inline constexpr int kIoPriorityOfProcess = 1;         // IOPRIO_WHO_PROCESS
inline constexpr uint32_t kIoPriorityClassShift = 13;  // IOPRIO_CLASS_SHIFT

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_IO_PRIORITY_H_
