#include "runtime/cgroups/cgroup_plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/device_rules.h"
#include "runtime/cgroups/plan_parts.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

// A controller and what there is to plan for it. A null part: that version of
// cgroup has no such setting.
struct Part {
  absl::string_view controller;
  PlanPart v1;
  PlanPart v2;
};

// cpuset first: without it no process can enter a new cgroup of v1.
constexpr Part kParts[] = {
    {"cpuset", PlanCpusetV1, PlanCpusetV1},
    {"cpu", PlanCpuV1, PlanCpuV2},
    {"memory", PlanMemoryV1, PlanMemoryV2},
    {"pids", PlanPids, PlanPids},
    {"blkio", PlanBlockIoV1, PlanBlockIoV2},
    {"hugetlb", PlanHugepagesV1, PlanHugepagesV2},
    {"net_cls", PlanClassIdV1, nullptr},
    {"net_prio", PlanPrioritiesV1, nullptr},
    {"rdma", PlanRdma, PlanRdma},
    {"devices", PlanDevicesV1, nullptr},
    {"unified", nullptr, PlanUnified},
};

struct Bounds {
  absl::string_view field;
  std::optional<int64_t> value;
  int64_t least;
};

absl::Status CheckBounds(const spec::Resources& resources) {
  const spec::MemoryResources& memory = resources.memory;
  for (const Bounds& bounds : {
           Bounds{"memory.limit", memory.limit, -1},
           Bounds{"memory.reservation", memory.reservation, -1},
           Bounds{"memory.swap", memory.swap, -1},
           Bounds{"cpu.idle", resources.cpu.idle, 0},
       }) {
    if (bounds.value && *bounds.value < bounds.least) {
      return absl::InvalidArgumentError(
          absl::StrCat("linux.resources.", bounds.field, ": \"", *bounds.value,
                       "\" must be ", bounds.least, " or more"));
    }
  }
  if (memory.swappiness.value_or(0) > 100) {
    return absl::InvalidArgumentError(absl::StrCat(
        "linux.resources.memory.swappiness: \"", memory.swappiness.value_or(0),
        "\" must be from 0 to 100"));
  }
  if (memory.swap.value_or(0) > 0 && IsSet(memory.limit) &&
      memory.limit.value_or(0) > memory.swap.value_or(0)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "linux.resources.memory.swap: \"", memory.swap.value_or(0),
        "\" is memory and swap together, and must be memory.limit, ",
        memory.limit.value_or(0), ", or more"));
  }
  return absl::OkStatus();
}

absl::Status CheckUnified(const spec::Resources& resources) {
  for (const auto& [file, value] : resources.unified) {
    if (absl::StrContains(file, "/") || !absl::StrContains(file, ".") ||
        absl::StartsWith(file, ".")) {
      return absl::InvalidArgumentError(
          absl::StrCat("linux.resources.unified: ", Quote(file),
                       " must be the name of a file, CONTROLLER.SETTING"));
    }
  }
  return absl::OkStatus();
}

// v2 has no swap limit without a memory limit, for it counts swap alone.
absl::Status CheckSwapV2(const spec::Resources& resources) {
  const spec::MemoryResources& memory = resources.memory;
  if (memory.swap.value_or(0) <= 0 || IsSet(memory.limit)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("linux.resources.memory.swap: \"", memory.swap.value_or(0),
                   "\" needs a memory.limit with cgroup v2"));
}

// A part for which there is no hierarchy is an error if it has anything to do.
absl::Status CheckUnused(const Part& part, const spec::Resources& resources,
                         Occasion occasion) {
  std::vector<Write> unused;
  WriteList list("", &unused);
  (part.v1 != nullptr ? part.v1 : part.v2)(resources, occasion, &list);
  for (const Write& write : unused) {
    if (write.field.empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("linux.resources.", write.field, ": no ",
                     part.v1 != nullptr
                         ? absl::StrCat("cgroup hierarchy with the controller ",
                                        part.controller)
                         : "cgroup v2 hierarchy",
                     " is mounted"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Write>> PlanWrites(
    const spec::Resources& resources,
    const std::vector<host::CgroupDirectory>& hierarchies, Occasion occasion) {
  CHM_RETURN_IF_ERROR(CheckBounds(resources));
  CHM_RETURN_IF_ERROR(CheckUnified(resources));
  const host::CgroupDirectory* v2 = FindV2(hierarchies);
  std::vector<Write> writes;
  for (const Part& part : kParts) {
    const host::CgroupDirectory* v1 = FindV1(hierarchies, part.controller);
    if (part.v1 != nullptr && v1 != nullptr) {
      if (part.controller == "devices") {
        CHM_RETURN_IF_ERROR(CheckDevicesV1(resources.devices));
      }
      WriteList list(v1->controllers, &writes);
      part.v1(resources, occasion, &list);
    } else if (part.v2 != nullptr && v2 != nullptr) {
      if (part.controller == "memory") {
        CHM_RETURN_IF_ERROR(CheckSwapV2(resources));
      }
      WriteList list("", &writes);
      part.v2(resources, occasion, &list);
    } else if (part.v2 != nullptr || v2 == nullptr) {
      CHM_RETURN_IF_ERROR(CheckUnused(part, resources, occasion));
    }
  }
  return writes;
}

bool UsesDeviceFilter(const std::vector<host::CgroupDirectory>& hierarchies) {
  return FindV1(hierarchies, "devices") == nullptr &&
         FindV2(hierarchies) != nullptr;
}

std::vector<Write> PlanDeviceProgram(const spec::Resources& resources) {
  std::vector<Write> rules;
  WriteList list("", &rules);
  PlanDevicesV1(resources, Occasion::kCreate, &list);
  return rules;
}

std::vector<std::string> NotApplied(
    const spec::Resources& resources,
    const std::vector<host::CgroupDirectory>& hierarchies) {
  const auto v1 = [&](absl::string_view controller) {
    return FindV1(hierarchies, controller) != nullptr;
  };
  const spec::MemoryResources& memory = resources.memory;
  const bool memory_v1 = v1("memory");
  const bool cpu_v1 = v1("cpu");
  std::vector<std::string> fields;
  const auto add = [&](bool missing, const char* field) {
    if (missing) fields.emplace_back(field);
  };
  add(memory.kernel.has_value(), "memory.kernel");
  add(memory.kernel_tcp.has_value(), "memory.kernelTCP");
  add(memory.use_hierarchy == false, "memory.useHierarchy");
  add(memory.swappiness && !memory_v1, "memory.swappiness");
  add(memory.disable_oom_killer == true && !memory_v1,
      "memory.disableOOMKiller");
  add(IsSet(resources.cpu.realtime_runtime) && !cpu_v1, "cpu.realtimeRuntime");
  add(IsSet(resources.cpu.realtime_period) && !cpu_v1, "cpu.realtimePeriod");
  add(IsSet(resources.block_io.leaf_weight) && !v1("blkio"),
      "blockIO.leafWeight");
  add(IsSet(resources.network.class_id) && !v1("net_cls"), "network.classID");
  add(!resources.network.priorities.empty() && !v1("net_prio"),
      "network.priorities");
  return fields;
}

}  // namespace chmdocker::cgroups
