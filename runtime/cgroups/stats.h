// What a container has used of each resource. Pure data; sums since its cgroup
// was made, unless said otherwise.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_STATS_H_
#define CHMDOCKER_RUNTIME_CGROUPS_STATS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chmdocker::cgroups {

struct CpuStats {
  uint64_t total = 0;   // nanoseconds
  uint64_t user = 0;    // nanoseconds
  uint64_t kernel = 0;  // nanoseconds
  std::vector<uint64_t> per_cpu;
  uint64_t periods = 0;
  uint64_t throttled_periods = 0;
  uint64_t throttled_time = 0;  // nanoseconds
};

struct MemoryStats {
  uint64_t usage = 0;                 // bytes, now
  std::optional<uint64_t> max_usage;  // bytes
  uint64_t limit = 0;                 // bytes; ~0: unlimited
  // Memory and swap together, as v1 counts them; none: swap is not counted.
  std::optional<uint64_t> swap_usage;
  std::optional<uint64_t> swap_limit;  // ~0: unlimited
  uint64_t fail_count = 0;
  uint64_t oom_kills = 0;
  // Every line of memory.stat.
  std::vector<std::pair<std::string, uint64_t>> raw;
};

struct BlockIoEntry {
  uint64_t major = 0;
  uint64_t minor = 0;
  std::string operation;  // "Read", "Write", ...
  uint64_t value = 0;
};

struct HugepageStats {
  std::string page_size;
  uint64_t usage = 0;
  uint64_t max_usage = 0;
  uint64_t fail_count = 0;
};

struct Stats {
  CpuStats cpu;
  MemoryStats memory;
  uint64_t pids = 0;                   // now
  std::optional<uint64_t> pids_limit;  // none: unlimited
  std::vector<BlockIoEntry> io_service_bytes;
  std::vector<BlockIoEntry> io_serviced;
  std::vector<HugepageStats> hugepages;
};

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_STATS_H_
