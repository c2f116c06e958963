#include "cli/limits_to_spec.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/limits.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cli {
namespace {

// docker's period for --cpus: 100 ms, which is the kernel's default.
constexpr uint64_t kPeriod = 100'000;
constexpr uint64_t kBillion = 1'000'000'000;

absl::Status Conflict(absl::string_view words) {
  return absl::InvalidArgumentError(words);
}

absl::Status CheckMemory(const spec::MemoryResources& memory) {
  if (memory.swap && !memory.limit) {
    return Conflict("--memory-swap: needs --memory, which is part of it");
  }
  if (memory.swap > 0 && memory.swap < memory.limit) {
    return Conflict(absl::StrCat(
        "--memory-swap: is memory and swap together, and must be at least "
        "--memory, ",
        memory.limit.value_or(0), " bytes"));
  }
  if (memory.limit && memory.reservation.value_or(0) > *memory.limit) {
    return Conflict(
        absl::StrCat("--memory-reservation: must be at most --memory, ",
                     *memory.limit, " bytes"));
  }
  return absl::OkStatus();
}

// docker's: as much swap again as memory.
void AddSwap(spec::MemoryResources& memory) {
  const int64_t limit = memory.limit.value_or(0);
  if (limit <= 0 || limit > INT64_MAX / 2 || memory.swap) return;
  memory.swap = 2 * limit;
  memory.swap_if_counted = true;
}

absl::Status CheckCpu(const Limits& limits) {
  if (!limits.cpus) return absl::OkStatus();
  for (const auto& [is_set, flag] :
       {std::pair{limits.resources.cpu.period.has_value(), "--cpu-period"},
        std::pair{limits.resources.cpu.quota.has_value(), "--cpu-quota"}}) {
    if (!is_set) continue;
    return Conflict(
        absl::StrCat("--cpus: is a quota of a period, and can't be "
                     "set together with ",
                     flag));
  }
  return absl::OkStatus();
}

// The size of the container's own /dev/shm.
absl::Status SetShmSize(uint64_t bytes, spec::ContainerSpec& spec) {
  for (spec::Mount& mount : spec.mounts) {
    if (mount.destination != "/dev/shm") continue;
    mount.data = absl::StrCat("mode=1777,size=", bytes);
    return absl::OkStatus();
  }
  return Conflict(
      "--shm-size: needs --rootfs DIR; without it the container has the host's "
      "/dev/shm");
}

}  // namespace

absl::Status LimitsToSpec(const Limits& limits, spec::ContainerSpec& spec) {
  CHM_RETURN_IF_ERROR(CheckMemory(limits.resources.memory));
  CHM_RETURN_IF_ERROR(CheckCpu(limits));
  // What flags can set of it.
  spec.resources.memory = limits.resources.memory;
  AddSwap(spec.resources.memory);
  spec.resources.cpu = limits.resources.cpu;
  spec.resources.pids_limit = limits.resources.pids_limit;
  spec.resources.block_io.weight = limits.resources.block_io.weight;
  if (limits.cpus) SetCpus(*limits.cpus, spec.resources.cpu);
  spec.process.rlimits = limits.ulimits;
  if (limits.oom_score_adj) {
    spec.process.oom_score_adj = static_cast<int32_t>(*limits.oom_score_adj);
  }
  return limits.shm_size ? SetShmSize(*limits.shm_size, spec)
                         : absl::OkStatus();
}

void SetCpus(uint64_t billionths, spec::CpuResources& cpu) {
  // Without loss: billionths of 100000 microseconds.
  cpu.period = kPeriod;
  cpu.quota = static_cast<int64_t>(billionths / (kBillion / kPeriod));
}

}  // namespace chmdocker::cli
