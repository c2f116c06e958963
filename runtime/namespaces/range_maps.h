// The map of an ordinary user's container that has more than one id. Pure.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_RANGE_MAPS_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_RANGE_MAPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/host/facts.h"
#include "runtime/host/id_ranges.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::namespaces {

// The caller's id is 0, and those of the ranges follow, from 1 on without gaps.
std::vector<spec::IdMapping> RangeMappings(
    uint32_t own, const std::vector<host::IdRange>& ranges);

// The same as the kernel reads it.
std::string RangeMap(uint32_t own, const std::vector<host::IdRange>& ranges);

// Lets a container of an ordinary user's have a user namespace with the ranges,
// in the place of one with a single id: that stays its way out.
void UseRanges(const host::HostFacts& facts, const host::IdRanges& ranges,
               spec::ContainerSpec& spec);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_RANGE_MAPS_H_
