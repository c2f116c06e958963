// Whether a container ran out of the memory that it may use.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_OOM_H_
#define CHMDOCKER_RUNTIME_CONTAINER_OOM_H_

#include <cstdint>

#include "runtime/state/record.h"

namespace chmdocker::container {

// How many of its processes the kernel has killed because its limit of memory
// was reached; 0 also when its cgroups are gone, and it can't be known.
uint64_t OomKills(const state::Record& record);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_OOM_H_
