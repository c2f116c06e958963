#include <fcntl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/stats.h"
#include "runtime/cgroups/stats_text.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {
namespace {

// The files of one cgroup. Each may be missing: its controller may not be
// there, the kernel be older, or the cgroup have gone.
class Reader {
 public:
  static absl::StatusOr<Reader> Open(const host::CgroupDirectory& directory) {
    Reader reader;
    absl::StatusOr<Cgroup> cgroup = Cgroup::Open(directory);
    if (cgroup.ok()) {
      reader.cgroup_ = *std::move(cgroup);
    } else if (!IsGone(cgroup.status())) {
      return cgroup.status();
    }
    return reader;
  }

  std::string Text(absl::string_view file) const {
    if (!cgroup_) return "";
    return cgroup_->Read(file).value_or("");
  }
  std::optional<uint64_t> Number(absl::string_view file) const {
    return NumberFrom(Text(file));
  }
  uint64_t NumberOrZero(absl::string_view file) const {
    return Number(file).value_or(0);
  }
  bool Has(absl::string_view file) const {
    return cgroup_ && cgroup_->OpenFile(file, O_PATH).ok();
  }

 private:
  std::optional<Cgroup> cgroup_;
};

void ReadCpuacct(const Reader& reader, CpuStats* cpu) {
  cpu->total = reader.NumberOrZero("cpuacct.usage");
  cpu->per_cpu = NumbersFrom(reader.Text("cpuacct.usage_percpu"));
  SetCpuacctStat(reader.Text("cpuacct.stat"), cpu);
}

void ReadMemoryV1(const Reader& reader, MemoryStats* memory) {
  memory->usage = reader.NumberOrZero("memory.usage_in_bytes");
  memory->max_usage = reader.Number("memory.max_usage_in_bytes");
  memory->limit = reader.NumberOrZero("memory.limit_in_bytes");
  memory->swap_usage = reader.Number("memory.memsw.usage_in_bytes");
  memory->swap_limit = reader.Number("memory.memsw.limit_in_bytes");
  memory->fail_count = reader.NumberOrZero("memory.failcnt");
  memory->oom_kills =
      ValueOf(KeyValuesFrom(reader.Text("memory.oom_control")), "oom_kill");
  memory->raw = KeyValuesFrom(reader.Text("memory.stat"));
}

std::optional<uint64_t> Sum(std::optional<uint64_t> a, uint64_t b) {
  constexpr uint64_t kUnlimited = ~uint64_t{0};
  if (!a) return std::nullopt;
  return *a == kUnlimited || b == kUnlimited ? kUnlimited : *a + b;
}

void ReadMemoryV2(const Reader& reader, MemoryStats* memory) {
  memory->usage = reader.NumberOrZero("memory.current");
  memory->max_usage = reader.Number("memory.peak");
  memory->limit = reader.NumberOrZero("memory.max");
  memory->swap_usage = Sum(reader.Number("memory.swap.current"), memory->usage);
  memory->swap_limit = Sum(reader.Number("memory.swap.max"), memory->limit);
  const KeyValues events = KeyValuesFrom(reader.Text("memory.events"));
  memory->fail_count = ValueOf(events, "max");
  memory->oom_kills = ValueOf(events, "oom_kill");
  memory->raw = KeyValuesFrom(reader.Text("memory.stat"));
}

void ReadPids(const Reader& reader, Stats* stats) {
  stats->pids = reader.NumberOrZero("pids.current");
  const std::optional<uint64_t> limit = reader.Number("pids.max");
  if (limit != ~uint64_t{0}) stats->pids_limit = limit;
}

// The recursive files exist since Linux 4.x for the throttling policy; BFQ has
// its own, in which alone its devices are counted.
void ReadBlockIoV1(const Reader& reader, Stats* stats) {
  for (const char* prefix : {"blkio.bfq.", "blkio.throttle."}) {
    if (stats->io_service_bytes.empty()) {
      stats->io_service_bytes = BlockIoFrom(
          reader.Text(absl::StrCat(prefix, "io_service_bytes_recursive")));
    }
    if (stats->io_serviced.empty()) {
      stats->io_serviced = BlockIoFrom(
          reader.Text(absl::StrCat(prefix, "io_serviced_recursive")));
    }
  }
}

// What is reserved is what counts where the kernel has it (Linux 5.7).
void ReadHugepages(const Reader& reader, bool v2, Stats* stats) {
  for (const std::string& name : DirectoriesIn("/sys/kernel/mm/hugepages")) {
    HugepageStats pages;
    pages.page_size = PageSizeFrom(name);
    const std::string plain = absl::StrCat("hugetlb.", pages.page_size);
    const std::string reserved = absl::StrCat(plain, ".rsvd");
    const absl::string_view usage = v2 ? ".current" : ".usage_in_bytes";
    const bool has_reserved = reader.Has(absl::StrCat(reserved, usage));
    const std::string prefix = has_reserved ? reserved : plain;
    const std::optional<uint64_t> now =
        reader.Number(absl::StrCat(prefix, usage));
    if (!now) continue;
    pages.usage = *now;
    if (v2) {
      pages.fail_count = ValueOf(
          KeyValuesFrom(reader.Text(absl::StrCat(plain, ".events"))), "max");
    } else {
      pages.max_usage =
          reader.NumberOrZero(absl::StrCat(prefix, ".max_usage_in_bytes"));
      pages.fail_count = reader.NumberOrZero(absl::StrCat(prefix, ".failcnt"));
    }
    stats->hugepages.push_back(std::move(pages));
  }
}

void ReadV1(const Reader& reader, absl::string_view controllers, Stats* stats) {
  if (HasController(controllers, "cpuacct")) ReadCpuacct(reader, &stats->cpu);
  if (HasController(controllers, "cpu")) {
    SetCpuStatV1(reader.Text("cpu.stat"), &stats->cpu);
  }
  if (HasController(controllers, "memory")) {
    ReadMemoryV1(reader, &stats->memory);
  }
  if (HasController(controllers, "pids")) ReadPids(reader, stats);
  if (HasController(controllers, "blkio")) ReadBlockIoV1(reader, stats);
  if (HasController(controllers, "hugetlb")) {
    ReadHugepages(reader, false, stats);
  }
}

// What v1 has is counted there.
void ReadV2(const Reader& reader, const Directories& all, Stats* stats) {
  const auto v1 = [&](absl::string_view controller) {
    return FindV1(all, controller) != nullptr;
  };
  if (!v1("cpu") && !v1("cpuacct")) {
    SetCpuStatV2(reader.Text("cpu.stat"), &stats->cpu);
  }
  if (!v1("memory")) ReadMemoryV2(reader, &stats->memory);
  if (!v1("pids")) ReadPids(reader, stats);
  if (!v1("blkio")) AddIoStat(reader.Text("io.stat"), stats);
  if (!v1("hugetlb")) ReadHugepages(reader, true, stats);
}

}  // namespace

absl::StatusOr<Stats> GetStats(const Directories& directories) {
  Stats stats;
  for (const host::CgroupDirectory& directory : directories) {
    CHM_ASSIGN_OR_RETURN(const Reader reader, Reader::Open(directory));
    if (directory.controllers.empty()) {
      ReadV2(reader, directories, &stats);
    } else {
      ReadV1(reader, directory.controllers, &stats);
    }
  }
  return stats;
}

absl::StatusOr<uint64_t> OomKills(const Directories& directories) {
  const host::CgroupDirectory* directory = FindV1(directories, "memory");
  const char* file = "memory.oom_control";
  if (directory == nullptr) {
    directory = FindV2(directories);
    file = "memory.events";
  }
  if (directory == nullptr) return 0;
  CHM_ASSIGN_OR_RETURN(const Reader reader, Reader::Open(*directory));
  return ValueOf(KeyValuesFrom(reader.Text(file)), "oom_kill");
}

absl::StatusOr<LimitEvents> GetLimitEvents(const Directories& directories) {
  LimitEvents events;
  CHM_ASSIGN_OR_RETURN(events.oom_kills, OomKills(directories));
  const host::CgroupDirectory* directory = FindV1(directories, "pids");
  if (directory == nullptr) directory = FindV2(directories);
  if (directory == nullptr) return events;
  CHM_ASSIGN_OR_RETURN(const Reader reader, Reader::Open(*directory));
  events.refused_forks =
      ValueOf(KeyValuesFrom(reader.Text("pids.events")), "max");
  return events;
}

}  // namespace chmdocker::cgroups
