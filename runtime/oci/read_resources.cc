#include "runtime/oci/read_resources.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/oci/json.h"
#include "runtime/oci/names.h"
#include "runtime/spec/resources.h"

namespace chmdocker::oci {
namespace {

using spec::DeviceKind;

constexpr NamedValue kRuleKinds[] = {
    {"", static_cast<uint64_t>(DeviceKind::kAny)},
    {"a", static_cast<uint64_t>(DeviceKind::kAny)},
    {"b", static_cast<uint64_t>(DeviceKind::kBlock)},
    {"c", static_cast<uint64_t>(DeviceKind::kCharacter)},
};

// -1 is as good as no number: all of them.
void ReadDeviceNumber(const Value& value, std::optional<uint32_t>& number) {
  int64_t read = -1;
  value.Read(&read, -1, 0xffffffff);
  if (read >= 0) number = static_cast<uint32_t>(read);
}

void ReadDeviceRule(const Value& value, spec::DeviceRule& rule) {
  value.Member("allow").Required().Read(&rule.allow);
  uint8_t kind = 0;
  if (value.Member("type").ReadName(kRuleKinds, &kind)) {
    rule.kind = static_cast<DeviceKind>(kind);
  }
  ReadDeviceNumber(value.Member("major"), rule.major);
  ReadDeviceNumber(value.Member("minor"), rule.minor);
  const Value access = value.Member("access");
  if (access.Required().Read(&rule.access) &&
      (rule.access.empty() ||
       rule.access.find_first_not_of("rwm") != std::string::npos)) {
    access.FailWith(rule.access, "is not made of the letters r, w and m");
  }
}

void ReadMemory(const Value& value, spec::MemoryResources& memory) {
  constexpr int64_t kUnlimited = -1;
  value.Member("limit").Read(&memory.limit, kUnlimited);
  value.Member("reservation").Read(&memory.reservation, kUnlimited);
  value.Member("swap").Read(&memory.swap, kUnlimited);
  // Linux 5.4 calls it obsolete; runc ignores it, too.
  value.Member("kernel").AddWarning("is obsolete; ignored");
  value.Member("kernelTCP").AddWarning("is obsolete; ignored");
  value.Member("swappiness").Read(&memory.swappiness);
  value.Member("disableOOMKiller").Read(&memory.disable_oom_killer);
  value.Member("useHierarchy").Read(&memory.use_hierarchy);
  value.Member("checkBeforeUpdate").Read(&memory.check_before_update);
}

void ReadCpu(const Value& value, spec::CpuResources& cpu) {
  value.Member("shares").Read(&cpu.shares);
  value.Member("quota").Read(&cpu.quota);
  value.Member("burst").Read(&cpu.burst);
  value.Member("period").Read(&cpu.period);
  value.Member("realtimeRuntime").Read(&cpu.realtime_runtime);
  value.Member("realtimePeriod").Read(&cpu.realtime_period);
  value.Member("cpus").Read(&cpu.cpus);
  value.Member("mems").Read(&cpu.mems);
  value.Member("idle").Read(&cpu.idle);
}

constexpr int64_t kMaxDeviceNumber = 0xffffffff;

void ReadThrottles(const Value& value,
                   std::vector<spec::BlockIoThrottle>& throttles) {
  value.ForEachElement([&](const Value& element) {
    spec::BlockIoThrottle throttle;
    element.Member("major").Required().Read(&throttle.major, 0,
                                            kMaxDeviceNumber);
    element.Member("minor").Required().Read(&throttle.minor, 0,
                                            kMaxDeviceNumber);
    element.Member("rate").Required().Read(&throttle.rate);
    throttles.push_back(throttle);
  });
}

void ReadWeights(const Value& value,
                 std::vector<spec::BlockIoWeight>& weights) {
  value.ForEachElement([&](const Value& element) {
    spec::BlockIoWeight weight;
    element.Member("major").Required().Read(&weight.major, 0, kMaxDeviceNumber);
    element.Member("minor").Required().Read(&weight.minor, 0, kMaxDeviceNumber);
    element.Member("weight").Read(&weight.weight);
    element.Member("leafWeight").Read(&weight.leaf_weight);
    weights.push_back(weight);
  });
}

void ReadBlockIo(const Value& value, spec::BlockIoResources& block_io) {
  value.Member("weight").Read(&block_io.weight);
  value.Member("leafWeight").Read(&block_io.leaf_weight);
  ReadWeights(value.Member("weightDevice"), block_io.weight_devices);
  ReadThrottles(value.Member("throttleReadBpsDevice"), block_io.read_bps);
  ReadThrottles(value.Member("throttleWriteBpsDevice"), block_io.write_bps);
  ReadThrottles(value.Member("throttleReadIOPSDevice"), block_io.read_iops);
  ReadThrottles(value.Member("throttleWriteIOPSDevice"), block_io.write_iops);
}

void ReadHugepageLimits(const Value& value,
                        std::vector<spec::HugepageLimit>& limits) {
  value.ForEachElement([&](const Value& element) {
    spec::HugepageLimit limit;
    element.Member("pageSize").Required().Read(&limit.page_size);
    element.Member("limit").Required().Read(&limit.limit);
    limits.push_back(std::move(limit));
  });
}

void ReadNetwork(const Value& value, spec::NetworkResources& network) {
  value.Member("classID").Read(&network.class_id);
  value.Member("priorities").ForEachElement([&](const Value& element) {
    std::string name;
    uint32_t priority = 0;
    element.Member("name").Required().Read(&name);
    element.Member("priority").Required().Read(&priority);
    network.priorities.emplace_back(std::move(name), priority);
  });
}

void ReadRdma(const Value& value, std::vector<spec::RdmaLimit>& limits) {
  value.ForEachMember([&](absl::string_view device, const Value& member) {
    spec::RdmaLimit limit;
    limit.device = std::string(device);
    member.Member("hcaHandles").Read(&limit.hca_handles);
    member.Member("hcaObjects").Read(&limit.hca_objects);
    limits.push_back(std::move(limit));
  });
}

}  // namespace

void ReadResources(const Value& value, spec::Resources& resources) {
  value.Member("devices").ForEachElement([&](const Value& element) {
    spec::DeviceRule rule;
    ReadDeviceRule(element, rule);
    resources.devices.push_back(std::move(rule));
  });
  ReadMemory(value.Member("memory"), resources.memory);
  ReadCpu(value.Member("cpu"), resources.cpu);
  const Value pids = value.Member("pids");
  pids.Member("limit").Read(&resources.pids_limit);
  ReadBlockIo(value.Member("blockIO"), resources.block_io);
  ReadHugepageLimits(value.Member("hugepageLimits"), resources.hugepage_limits);
  ReadNetwork(value.Member("network"), resources.network);
  ReadRdma(value.Member("rdma"), resources.rdma);
  value.Member("unified").Read(&resources.unified);
}

}  // namespace chmdocker::oci
