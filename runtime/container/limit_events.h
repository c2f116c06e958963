// What the limits of a container's cgroups have kept it from.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_LIMIT_EVENTS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_LIMIT_EVENTS_H_

#include <cstdint>

#include "runtime/cgroups/cgroup.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

// Nothing when its cgroups are gone, and it can't be known.
cgroups::LimitEvents LimitEventsOf(const state::Record& record);
uint64_t OomKills(const state::Record& record);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_LIMIT_EVENTS_H_
