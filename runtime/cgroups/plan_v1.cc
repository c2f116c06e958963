#include <errno.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/plan_parts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

// Values that depend on each other, as a quota on its period: in a cgroup that
// has others already, the kernel may refuse the one until the other is there.
// Then the refusal is passed over and the value is written once more.
class Dependent {
 public:
  Dependent(Occasion occasion, bool other_follows)
      : twice_(occasion == Occasion::kUpdate && other_follows) {}

  void First(Write& write) const {
    if (twice_) write.ignored.push_back(EINVAL);
  }
  bool twice() const { return twice_; }

 private:
  bool twice_;
};

void AddRealtime(const spec::CpuResources& cpu, Occasion occasion,
                 WriteList* list) {
  const Dependent period(occasion, IsSet(cpu.realtime_runtime));
  const auto add_period = [&]() -> Write& {
    return list->Add("cpu.rt_period_us", cpu.realtime_period.value_or(0),
                     "cpu.realtimePeriod");
  };
  if (IsSet(cpu.realtime_period)) period.First(add_period());
  if (IsSet(cpu.realtime_runtime)) {
    list->Add("cpu.rt_runtime_us", cpu.realtime_runtime.value_or(0),
              "cpu.realtimeRuntime");
  }
  if (IsSet(cpu.realtime_period) && period.twice()) add_period();
}

void AddBurst(const spec::CpuResources& cpu, WriteList* list, int ignored) {
  if (!cpu.burst) return;
  // Since Linux 5.14; before it, there is no burst to allow.
  std::vector<int>& passed_over =
      list->Add("cpu.cfs_burst_us", cpu.burst.value_or(0), "cpu.burst").ignored;
  passed_over.push_back(ENOENT);
  if (ignored != 0) passed_over.push_back(ignored);
}

void AddQuota(const spec::CpuResources& cpu, Occasion occasion,
              WriteList* list) {
  const Dependent period(occasion, IsSet(cpu.quota));
  if (IsSet(cpu.period)) {
    period.First(
        list->Add("cpu.cfs_period_us", cpu.period.value_or(0), "cpu.period"));
  }
  // A burst is at most the quota: a smaller one goes first, a larger last.
  if (period.twice()) AddBurst(cpu, list, EINVAL);
  if (IsSet(cpu.quota)) {
    list->Add("cpu.cfs_quota_us", cpu.quota.value_or(0), "cpu.quota");
  }
  if (IsSet(cpu.period) && period.twice()) {
    list->Add("cpu.cfs_period_us", cpu.period.value_or(0), "cpu.period");
  }
  AddBurst(cpu, list, 0);
}

void AddThrottles(const std::vector<spec::BlockIoThrottle>& throttles,
                  absl::string_view file, absl::string_view field,
                  WriteList* list) {
  for (const spec::BlockIoThrottle& throttle : throttles) {
    list->Add(
        file,
        absl::StrCat(throttle.major, ":", throttle.minor, " ", throttle.rate),
        field);
  }
}

}  // namespace

void PlanCpusetV1(const spec::Resources& resources, Occasion, WriteList* list) {
  const spec::CpuResources& cpu = resources.cpu;
  if (!cpu.cpus.empty()) list->Add("cpuset.cpus", cpu.cpus, "cpu.cpus");
  if (!cpu.mems.empty()) list->Add("cpuset.mems", cpu.mems, "cpu.mems");
}

void PlanCpuV1(const spec::Resources& resources, Occasion occasion,
               WriteList* list) {
  const spec::CpuResources& cpu = resources.cpu;
  if (IsSet(cpu.shares)) {
    list->Add("cpu.shares", cpu.shares.value_or(0), "cpu.shares");
  }
  AddQuota(cpu, occasion, list);
  if (cpu.idle) list->Add("cpu.idle", cpu.idle.value_or(0), "cpu.idle");
  AddRealtime(cpu, occasion, list);
}

void PlanMemoryV1(const spec::Resources& resources, Occasion occasion,
                  WriteList* list) {
  const spec::MemoryResources& memory = resources.memory;
  const auto add_limit = [&]() -> Write& {
    return list->Add("memory.limit_in_bytes", memory.limit.value_or(0),
                     "memory.limit");
  };
  const auto add_swap = [&](int64_t value) -> Write& {
    return list->Add("memory.memsw.limit_in_bytes", value, "memory.swap");
  };
  // The limit is at most that of memory and swap together: one that is raised
  // above the old value of the other goes in only after it.
  const Dependent limit(occasion, IsSet(memory.swap));
  if (memory.limit == -1 && !IsSet(memory.swap)) {
    // No swap accounting, no such file.
    add_swap(-1).ignored.push_back(ENOENT);
  }
  if (IsSet(memory.limit)) limit.First(add_limit());
  if (IsSet(memory.swap)) {
    Write& swap = add_swap(memory.swap.value_or(0));
    if (memory.swap_if_counted) swap.ignored.push_back(ENOENT);
  }
  if (IsSet(memory.limit) && limit.twice()) add_limit();
  if (IsSet(memory.reservation)) {
    list->Add("memory.soft_limit_in_bytes", memory.reservation.value_or(0),
              "memory.reservation");
  }
  if (memory.use_hierarchy == true) {
    list->Add("memory.use_hierarchy", 1, "memory.useHierarchy");
  }
  if (memory.disable_oom_killer.value_or(false) ||
      (memory.disable_oom_killer && occasion == Occasion::kUpdate)) {
    list->Add("memory.oom_control",
              memory.disable_oom_killer.value_or(false) ? 1 : 0,
              "memory.disableOOMKiller");
  }
  if (memory.swappiness) {
    list->Add("memory.swappiness", memory.swappiness.value_or(0),
              "memory.swappiness");
  }
}

void PlanPids(const spec::Resources& resources, Occasion, WriteList* list) {
  if (!resources.pids_limit) return;
  const int64_t limit = resources.pids_limit.value_or(0);
  // 0 is a limit since version 1.3 of the specification, and the container's
  // own process counts: born into a cgroup of 0 (CLONE_INTO_CGROUP) it could
  // not be, and systemd has no such TasksMax.
  list->Add("pids.max",
            limit < 0 ? "max" : absl::StrCat(std::max<int64_t>(limit, 1)),
            "pids.limit");
}

void PlanBlockIoV1(const spec::Resources& resources, Occasion,
                   WriteList* list) {
  const spec::BlockIoResources& io = resources.block_io;
  // blkio.weight was CFQ's, which went in Linux 5.0, and is BFQ's since 5.2.
  const auto add_weight = [&](absl::string_view name, const std::string& value,
                              absl::string_view field) {
    Write& write = list->Add(absl::StrCat("blkio.", name), value, field);
    write.fallback_file = absl::StrCat("blkio.bfq.", name);
    write.fallback_value = value;
  };
  if (IsSet(io.weight)) {
    add_weight("weight", absl::StrCat(io.weight.value_or(0)), "blockIO.weight");
  }
  if (IsSet(io.leaf_weight)) {
    list->Add("blkio.leaf_weight", io.leaf_weight.value_or(0),
              "blockIO.leafWeight");
  }
  for (const spec::BlockIoWeight& device : io.weight_devices) {
    const std::string name = absl::StrCat(device.major, ":", device.minor, " ");
    if (IsSet(device.weight)) {
      add_weight("weight_device", absl::StrCat(name, device.weight.value_or(0)),
                 "blockIO.weightDevice");
    }
    if (IsSet(device.leaf_weight)) {
      list->Add("blkio.leaf_weight_device",
                absl::StrCat(name, device.leaf_weight.value_or(0)),
                "blockIO.weightDevice");
    }
  }
  AddThrottles(io.read_bps, "blkio.throttle.read_bps_device",
               "blockIO.throttleReadBpsDevice", list);
  AddThrottles(io.write_bps, "blkio.throttle.write_bps_device",
               "blockIO.throttleWriteBpsDevice", list);
  AddThrottles(io.read_iops, "blkio.throttle.read_iops_device",
               "blockIO.throttleReadIOPSDevice", list);
  AddThrottles(io.write_iops, "blkio.throttle.write_iops_device",
               "blockIO.throttleWriteIOPSDevice", list);
}

void PlanHugepagesV1(const spec::Resources& resources, Occasion,
                     WriteList* list) {
  for (const spec::HugepageLimit& limit : resources.hugepage_limits) {
    const std::string prefix = absl::StrCat("hugetlb.", limit.page_size);
    list->Add(absl::StrCat(prefix, ".limit_in_bytes"), limit.limit,
              "hugepageLimits");
    // What is reserved counts on its own since Linux 5.7.
    list->Add(absl::StrCat(prefix, ".rsvd.limit_in_bytes"), limit.limit,
              "hugepageLimits")
        .ignored.push_back(ENOENT);
  }
}

void PlanClassIdV1(const spec::Resources& resources, Occasion,
                   WriteList* list) {
  if (!IsSet(resources.network.class_id)) return;
  list->Add("net_cls.classid", resources.network.class_id.value_or(0),
            "network.classID");
}

void PlanPrioritiesV1(const spec::Resources& resources, Occasion,
                      WriteList* list) {
  for (const auto& [interface, priority] : resources.network.priorities) {
    list->Add("net_prio.ifpriomap", absl::StrCat(interface, " ", priority),
              "network.priorities");
  }
}

void PlanRdma(const spec::Resources& resources, Occasion, WriteList* list) {
  for (const spec::RdmaLimit& limit : resources.rdma) {
    std::string value = limit.device;
    if (limit.hca_handles) {
      absl::StrAppend(&value, " hca_handle=", *limit.hca_handles);
    }
    if (limit.hca_objects) {
      absl::StrAppend(&value, " hca_object=", *limit.hca_objects);
    }
    list->Add("rdma.max", value, "rdma");
  }
}

}  // namespace chmdocker::cgroups
