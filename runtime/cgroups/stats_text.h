// The statistics files of cgroups. Pure. What is not understood, as of a newer
// kernel, is left out.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_STATS_TEXT_H_
#define CHMDOCKER_RUNTIME_CGROUPS_STATS_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cgroups {

// A file of one number; "max", and v1's largest limit of memory, are ~0.
std::optional<uint64_t> NumberFrom(absl::string_view text);

// Numbers in a row: cpuacct.usage_percpu.
std::vector<uint64_t> NumbersFrom(absl::string_view text);

using KeyValues = std::vector<std::pair<std::string, uint64_t>>;

// "nr_periods 0": a name and a number a line. memory.stat, memory.events.
KeyValues KeyValuesFrom(absl::string_view text);

// The number of `key`; 0 if there is none.
uint64_t ValueOf(const KeyValues& values, absl::string_view key);

// v1's blkio.throttle.io_service_bytes: "8:0 Read 4096" a line.
std::vector<BlockIoEntry> BlockIoFrom(absl::string_view text);

// v2's io.stat: "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0" a
// line. Appends to io_service_bytes and io_serviced, in v1's words.
void AddIoStat(absl::string_view text, Stats* stats);

// v1's cpuacct.stat, in ticks of a hundredth of a second (USER_HZ), and the
// throttling of cpu.stat.
void SetCpuacctStat(absl::string_view text, CpuStats* cpu);
void SetCpuStatV1(absl::string_view text, CpuStats* cpu);

// v2's cpu.stat.
void SetCpuStatV2(absl::string_view text, CpuStats* cpu);

// "2MB" for "hugepages-2048kB" of /sys/kernel/mm/hugepages, as the files of the
// hugetlb controller say it; empty for what is no such name.
std::string PageSizeFrom(absl::string_view directory);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_STATS_TEXT_H_
