#include "runtime/container/oom.h"

#include <cstdint>

#include "runtime/cgroups/cgroup.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

uint64_t OomKills(const state::Record& record) {
  if (record.cgroups.empty()) return 0;
  return cgroups::OomKills(record.cgroups).value_or(0);
}

}  // namespace chmdocker::container
