// What is written to which cgroup file so that a container gets its resources.
// Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_CGROUP_PLAN_H_
#define CHMDOCKER_RUNTIME_CGROUPS_CGROUP_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {

struct Write {
  // CgroupDirectory::controllers of the hierarchy that it is for; empty: v2.
  std::string hierarchy;
  std::string file;
  std::string value;
  // The setting that asks for it, for errors: "memory.limit", as below
  // linux.resources in config.json. Empty: it is none of the configuration's.
  std::string field;
  // errno values of the write, or of the file's opening, that are no failure.
  std::vector<int> ignored = {};
  // Written instead where `file` does not exist, if set.
  std::string fallback_file = {};
  std::string fallback_value = {};
  // A file with a number that `value` must be above, if set:
  // memory.checkBeforeUpdate.
  std::string above = {};

  bool operator==(const Write&) const = default;
};

enum class Occasion : uint8_t {
  kCreate,  // of a cgroup that is new and empty
  kUpdate,  // of one in use: only what is set changes
};

// The writes in their order. Each setting goes to the v1 hierarchy that has its
// controller, or else to v2's; there is an error for one that no hierarchy can
// take, and for values that are out of range. 0 is "not set" for memory and for
// cpu times, weights and shares, as engines send it; -1 is "unlimited".
absl::StatusOr<std::vector<Write>> PlanWrites(
    const spec::Resources& resources,
    const std::vector<host::CgroupDirectory>& hierarchies, Occasion occasion);

// Whether rules on devices are a program of v2's (device_program.h), and none
// of the writes.
bool UsesDeviceFilter(const std::vector<host::CgroupDirectory>& hierarchies);

// What that program goes by, in the words of v1's files: "c 1:3 rwm" for
// "devices.allow". In order; for each use of a device the last one that speaks
// of it counts.
std::vector<Write> PlanDeviceProgram(const spec::Resources& resources);

// Settings that these hierarchies have no equivalent for, which are passed over
// and worth a warning, as below linux.resources: "memory.swappiness".
std::vector<std::string> NotApplied(
    const spec::Resources& resources,
    const std::vector<host::CgroupDirectory>& hierarchies);

// The controller of v2 that `file` belongs to: "memory" for "memory.max"; empty
// for the files that each cgroup has.
std::string ControllerOf(const std::string& file);

// cgroup v1's cpu.shares, 2 to 262144 and 1024 by default, as v2's cpu.weight,
// 1 to 10000 and 100 by default.
uint64_t WeightFromShares(uint64_t shares);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_CGROUP_PLAN_H_
