#include <errno.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/plan_parts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

std::string Limit(int64_t value) {
  return value < 0 ? "max" : absl::StrCat(value);
}

// OCI's 10 to 1000 as io.weight's 1 to 10000.
uint64_t IoWeight(uint16_t weight) {
  if (weight <= 10) return 1;
  return 1 + (uint64_t{weight} - 10) * 9999 / 990;
}

void AddWeightAndIdle(const spec::CpuResources& cpu, WriteList* list) {
  // An idle cgroup takes no weight (cpu_weight_write_u64 in the kernel): what
  // makes it busy goes before, what makes it idle after, and a second order to
  // be idle finds the weight refused.
  if (cpu.idle == 0) list->Add("cpu.idle", 0, "cpu.idle");
  if (IsSet(cpu.shares)) {
    Write& weight = list->Add(
        "cpu.weight", WeightFromShares(cpu.shares.value_or(0)), "cpu.shares");
    if (cpu.idle > 0) weight.ignored.push_back(EINVAL);
  }
  if (cpu.idle > 0) list->Add("cpu.idle", cpu.idle.value_or(0), "cpu.idle");
}

void AddThrottles(const std::vector<spec::BlockIoThrottle>& throttles,
                  absl::string_view key, absl::string_view field,
                  WriteList* list) {
  for (const spec::BlockIoThrottle& throttle : throttles) {
    // 0 takes the limit away, as in v1.
    list->Add(
        "io.max",
        absl::StrCat(throttle.major, ":", throttle.minor, " ", key, "=",
                     throttle.rate == 0 ? "max" : absl::StrCat(throttle.rate)),
        field);
  }
}

// For what weights are reckoned from, to twelve digits: libm's functions have
// tables that are a hundredth of the program.
double Log2(double value) {
  double sum = 0;
  while (value >= 2) {
    value /= 2;
    ++sum;
  }
  constexpr int kBits = 50;
  double bit = 1;
  for (int i = 0; i < kBits; ++i) {
    bit /= 2;
    value *= value;
    if (value < 2) continue;
    value /= 2;
    sum += bit;
  }
  return sum;
}
double PowerOf10(double exponent) {
  constexpr double kLogOf10 = 2.302585092994045684;
  constexpr int kHalvings = 10;
  const double small = exponent * kLogOf10 / (1 << kHalvings);
  double power = 1;
  for (int term = 8; term > 0; --term) power = 1 + power * small / term;
  for (int i = 0; i < kHalvings; ++i) power *= power;
  return power;
}

}  // namespace

std::string ControllerOf(const std::string& file) {
  const std::string controller = file.substr(0, file.find('.'));
  return controller == "cgroup" ? "" : controller;
}

// What crun does since 1.23 and runc since 1.3.2. The line from end to end
// that both had before makes 39 of the default 1024, where 100 is the default
// of what stands beside the container. (2, 1), (1024, 100) and (262144, 10000)
// are on this curve.
uint64_t WeightFromShares(uint64_t shares) {
  if (shares <= 2) return 1;
  if (shares >= 262144) return 10000;
  const double l = Log2(static_cast<double>(shares));
  const double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
  // The next whole number, unless it is one but for what rounding has added.
  constexpr double kAlmostOne = 1 - 1e-9;
  return static_cast<uint64_t>(PowerOf10(exponent) + kAlmostOne);
}

void PlanCpuV2(const spec::Resources& resources, Occasion occasion,
               WriteList* list) {
  const spec::CpuResources& cpu = resources.cpu;
  AddWeightAndIdle(cpu, list);
  const bool has_maximum = IsSet(cpu.quota) || IsSet(cpu.period);
  // As AddQuota of v1.
  if (cpu.burst && has_maximum && occasion == Occasion::kUpdate) {
    list->Add("cpu.max.burst", cpu.burst.value_or(0), "cpu.burst").ignored = {
        ENOENT, EINVAL};
  }
  if (has_maximum) {
    // Without a period, the one that is there stays.
    list->Add(
        "cpu.max",
        absl::StrCat(
            IsSet(cpu.quota) ? Limit(cpu.quota.value_or(0)) : "max",
            IsSet(cpu.period) ? " " : "",
            IsSet(cpu.period) ? absl::StrCat(cpu.period.value_or(0)) : ""),
        IsSet(cpu.quota) ? "cpu.quota" : "cpu.period");
  }
  if (cpu.burst) {
    list->Add("cpu.max.burst", cpu.burst.value_or(0), "cpu.burst").ignored = {
        ENOENT};
  }
}

void PlanMemoryV2(const spec::Resources& resources, Occasion occasion,
                  WriteList* list) {
  const spec::MemoryResources& memory = resources.memory;
  const bool unlimited = memory.limit == -1;
  const bool checked =
      memory.check_before_update == true && occasion == Occasion::kUpdate;
  if (IsSet(memory.swap) || unlimited) {
    int64_t swap = memory.swap.value_or(0);
    if (unlimited && swap == 0) swap = -1;
    if (swap > 0 && IsSet(memory.limit) && !unlimited) {
      swap -= memory.limit.value_or(0);
    }
    Write& write = list->Add("memory.swap.max", Limit(swap), "memory.swap");
    // Without swap accounting there is no such file, and no swap to forbid.
    if (swap <= 0 || memory.swap_if_counted) write.ignored.push_back(ENOENT);
  }
  if (IsSet(memory.limit)) {
    Write& write = list->Add("memory.max", Limit(memory.limit.value_or(0)),
                             "memory.limit");
    if (checked && !unlimited) write.above = "memory.current";
  }
  if (IsSet(memory.reservation)) {
    list->Add("memory.low", Limit(memory.reservation.value_or(0)),
              "memory.reservation");
  }
}

void PlanBlockIoV2(const spec::Resources& resources, Occasion,
                   WriteList* list) {
  const spec::BlockIoResources& io = resources.block_io;
  // Where BFQ is not the scheduler, io.weight is what iocost looks at.
  const auto add_weight = [&](absl::string_view device, uint16_t weight,
                              absl::string_view field) {
    Write& write =
        list->Add("io.bfq.weight", absl::StrCat(device, weight), field);
    write.fallback_file = "io.weight";
    write.fallback_value = absl::StrCat(device, IoWeight(weight));
  };
  if (IsSet(io.weight)) add_weight("", io.weight.value_or(0), "blockIO.weight");
  for (const spec::BlockIoWeight& device : io.weight_devices) {
    if (!IsSet(device.weight)) continue;
    add_weight(absl::StrCat(device.major, ":", device.minor, " "),
               device.weight.value_or(0), "blockIO.weightDevice");
  }
  AddThrottles(io.read_bps, "rbps", "blockIO.throttleReadBpsDevice", list);
  AddThrottles(io.write_bps, "wbps", "blockIO.throttleWriteBpsDevice", list);
  AddThrottles(io.read_iops, "riops", "blockIO.throttleReadIOPSDevice", list);
  AddThrottles(io.write_iops, "wiops", "blockIO.throttleWriteIOPSDevice", list);
}

void PlanHugepagesV2(const spec::Resources& resources, Occasion,
                     WriteList* list) {
  for (const spec::HugepageLimit& limit : resources.hugepage_limits) {
    const std::string prefix = absl::StrCat("hugetlb.", limit.page_size);
    list->Add(absl::StrCat(prefix, ".max"), limit.limit, "hugepageLimits");
    list->Add(absl::StrCat(prefix, ".rsvd.max"), limit.limit, "hugepageLimits")
        .ignored.push_back(ENOENT);
  }
}

void PlanUnified(const spec::Resources& resources, Occasion, WriteList* list) {
  for (const auto& [file, value] : resources.unified) {
    // Files as io.max take one device a write.
    for (const absl::string_view line : absl::StrSplit(value, '\n')) {
      if (line.empty() && !value.empty()) continue;
      list->Add(file, line, absl::StrCat("unified.", file));
    }
  }
}

}  // namespace chmdocker::cgroups
