// What a process may use: limits, processors, memory, I/O.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_RESOURCES_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_RESOURCES_H_

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/io_priority.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// The kernel's struct rlimit64: 64 bits on every architecture.
struct Rlimit {
  uint64_t soft;
  uint64_t hard;
};

// prlimit(2) of the calling process. Either may be null.
inline Result Prlimit(int resource, const Rlimit* wanted, Rlimit* old) {
  return Call(SYS_prlimit64, 0, resource, wanted, old);
}

// The first version of the kernel's struct sched_attr; musl has none.
struct SchedulingAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};
static_assert(sizeof(SchedulingAttributes) == 48, "SCHED_ATTR_SIZE_VER0");

// sched_setattr(2) of the calling thread, Linux 3.14.
inline Result SetScheduling(const SchedulingAttributes* attributes) {
  return Call(SYS_sched_setattr, 0, attributes, 0);
}

// ioprio_set(2) of the calling process.
inline Result SetIoPriority(uint32_t io_class, uint32_t priority) {
  return Call(SYS_ioprio_set, kIoPriorityOfProcess, 0,
              io_class << kIoPriorityClassShift | priority);
}

// sched_setaffinity(2) of the calling thread; `size` in bytes.
inline Result SetAffinity(size_t size, const uint64_t* processors) {
  return Call(SYS_sched_setaffinity, 0, size, processors);
}

inline Result SetPersonality(uint32_t persona) {
  return Call(SYS_personality, persona);
}

// set_mempolicy(2) of the calling thread; `bits` is one more than the highest
// node that `nodes` has a bit for.
inline Result SetMemoryPolicy(uint32_t mode, const uint64_t* nodes,
                              uint64_t bits) {
  return Call(SYS_set_mempolicy, mode, nodes, bits);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_RESOURCES_H_
