#include "runtime/namespaces/range_maps.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/host/id_ranges.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/id_map_text.h"
#include "runtime/spec/mount.h"

namespace chmdocker::namespaces {

std::vector<spec::IdMapping> RangeMappings(
    uint32_t own, const std::vector<host::IdRange>& ranges) {
  constexpr uint32_t kLast = std::numeric_limits<uint32_t>::max();
  std::vector<spec::IdMapping> mappings = {{0, own, 1}};
  uint32_t next = 1;
  for (const host::IdRange& range : ranges) {
    const uint32_t count = std::min(range.count, kLast - next);
    if (count == 0) break;
    mappings.push_back({next, range.first, count});
    next += count;
  }
  return mappings;
}

std::string RangeMap(uint32_t own, const std::vector<host::IdRange>& ranges) {
  return spec::IdMapText(RangeMappings(own, ranges));
}

void UseRanges(const host::HostFacts& facts, const host::IdRanges& ranges,
               spec::ContainerSpec& spec) {
  spec.namespaces |= kNewUser;
  spec.uid_mappings = RangeMappings(facts.uid, ranges.users);
  spec.gid_mappings = RangeMappings(facts.gid, ranges.groups);
}

}  // namespace chmdocker::namespaces
