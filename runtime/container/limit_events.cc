#include "runtime/container/limit_events.h"

#include <cstdint>

#include "runtime/cgroups/cgroup.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

cgroups::LimitEvents LimitEventsOf(const state::Record& record) {
  if (record.cgroups.empty()) return {};
  return cgroups::GetLimitEvents(record.cgroups)
      .value_or(cgroups::LimitEvents{});
}

uint64_t OomKills(const state::Record& record) {
  if (record.cgroups.empty()) return 0;
  return cgroups::OomKills(record.cgroups).value_or(0);
}

}  // namespace chmdocker::container
