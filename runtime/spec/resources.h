// OCI linux.resources: what the container may use. Pure data; units as in the
// OCI runtime specification (config-linux.md).
#ifndef CHMDOCKER_RUNTIME_SPEC_RESOURCES_H_
#define CHMDOCKER_RUNTIME_SPEC_RESOURCES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chmdocker::spec {

enum class DeviceKind : uint8_t { kAny, kCharacter, kBlock, kFifo };

// resources.devices[]: a rule for the device cgroup.
struct DeviceRule {
  bool allow = false;
  DeviceKind kind = DeviceKind::kAny;  // never kFifo
  std::optional<uint32_t> major;       // none: all
  std::optional<uint32_t> minor;       // none: all
  std::string access;                  // of "rwm"
  bool operator==(const DeviceRule&) const = default;
};

struct MemoryResources {
  std::optional<int64_t> limit;  // bytes; -1: unlimited
  std::optional<int64_t> reservation;
  std::optional<int64_t> swap;   // memory and swap together
  bool swap_if_counted = false;  // passed over where the kernel counts no swap
  std::optional<int64_t> kernel;
  std::optional<int64_t> kernel_tcp;
  std::optional<uint64_t> swappiness;
  std::optional<bool> disable_oom_killer;
  std::optional<bool> use_hierarchy;
  std::optional<bool> check_before_update;
};

struct CpuResources {
  std::optional<uint64_t> shares;
  std::optional<int64_t> quota;  // microseconds; -1: unlimited
  std::optional<uint64_t> burst;
  std::optional<uint64_t> period;
  std::optional<int64_t> realtime_runtime;
  std::optional<uint64_t> realtime_period;
  std::string cpus;  // a list as in cpuset(7): "0-3,7"; empty: not set
  std::string mems;
  std::optional<int64_t> idle;
};

struct BlockIoWeight {
  int64_t major = 0;
  int64_t minor = 0;
  std::optional<uint16_t> weight;
  std::optional<uint16_t> leaf_weight;
};

struct BlockIoThrottle {
  int64_t major = 0;
  int64_t minor = 0;
  uint64_t rate = 0;  // bytes or operations a second
};

struct BlockIoResources {
  std::optional<uint16_t> weight;
  std::optional<uint16_t> leaf_weight;
  std::vector<BlockIoWeight> weight_devices;
  std::vector<BlockIoThrottle> read_bps;
  std::vector<BlockIoThrottle> write_bps;
  std::vector<BlockIoThrottle> read_iops;
  std::vector<BlockIoThrottle> write_iops;
};

struct HugepageLimit {
  std::string page_size;  // "2MB"
  uint64_t limit = 0;     // bytes
};

struct NetworkResources {
  std::optional<uint32_t> class_id;
  std::vector<std::pair<std::string, uint32_t>> priorities;  // by interface
};

struct RdmaLimit {
  std::string device;
  std::optional<uint32_t> hca_handles;
  std::optional<uint32_t> hca_objects;
};

struct Resources {
  std::vector<DeviceRule> devices;  // in order: the last match counts
  MemoryResources memory;
  CpuResources cpu;
  std::optional<int64_t> pids_limit;  // -1: unlimited
  BlockIoResources block_io;
  std::vector<HugepageLimit> hugepage_limits;
  NetworkResources network;
  std::vector<RdmaLimit> rdma;
  // cgroup v2 files and what is written to them, as they are.
  std::vector<std::pair<std::string, std::string>> unified;
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_RESOURCES_H_
