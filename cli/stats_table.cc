#include "cli/stats_table.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/columns.h"
#include "cli/size.h"
#include "runtime/base/quote.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cli {
namespace {

// "12.05%" for 1205.
std::string Percent(uint64_t hundredths) {
  return absl::StrCat(hundredths / 100, ".",
                      absl::Dec(hundredths % 100, absl::kZeroPad2), "%");
}

// `part` of `whole`, without an overflow for what is counted in bytes.
uint64_t Hundredths(uint64_t part, uint64_t whole) {
  constexpr uint64_t kScale = 10'000;
  if (whole == 0) return 0;
  return static_cast<uint64_t>(static_cast<double>(part) * kScale /
                               static_cast<double>(whole));
}

uint64_t Droppable(const cgroups::MemoryStats& memory) {
  // v1 has both, and only the total has what is below.
  for (const absl::string_view name :
       {"total_inactive_file", "inactive_file"}) {
    for (const auto& [key, value] : memory.raw) {
      if (key == name) return std::min(value, memory.usage);
    }
  }
  return 0;
}

uint64_t SumOf(const std::vector<cgroups::BlockIoEntry>& entries,
               absl::string_view operation) {
  uint64_t sum = 0;
  for (const cgroups::BlockIoEntry& entry : entries) {
    if (absl::EqualsIgnoreCase(entry.operation, operation)) sum += entry.value;
  }
  return sum;
}

std::string Both(uint64_t one, uint64_t other) {
  return absl::StrCat(SizeText(one), " / ", SizeText(other));
}

}  // namespace

Usage UsageFrom(const std::string& id, const cgroups::Stats& before,
                const cgroups::Stats& now, uint64_t nanoseconds,
                uint64_t host_memory) {
  Usage usage;
  usage.id = id;
  // It may be another container of the same name by now.
  const uint64_t cpu =
      now.cpu.total > before.cpu.total ? now.cpu.total - before.cpu.total : 0;
  usage.cpu = Hundredths(cpu, nanoseconds);
  usage.memory = now.memory.usage - Droppable(now.memory);
  usage.memory_limit = now.memory.limit == 0
                           ? host_memory
                           : std::min(now.memory.limit, host_memory);
  usage.read = SumOf(now.io_service_bytes, "read");
  usage.written = SumOf(now.io_service_bytes, "write");
  usage.processes = now.pids;
  return usage;
}

std::string UsageTable(const std::vector<Usage>& all) {
  std::vector<Row> rows = {{"CONTAINER", "CPU %", "MEM USAGE / LIMIT", "MEM %",
                            "BLOCK I/O", "PIDS"}};
  for (const Usage& usage : all) {
    rows.push_back(
        {usage.id, Percent(usage.cpu), Both(usage.memory, usage.memory_limit),
         Percent(Hundredths(usage.memory, usage.memory_limit)),
         Both(usage.read, usage.written), absl::StrCat(usage.processes)});
  }
  return Columns(rows);
}

std::string UsageLines(const std::vector<Usage>& all) {
  std::string out;
  for (const Usage& usage : all) {
    absl::StrAppend(&out, "{\"BlockIO\":\"", Both(usage.read, usage.written),
                    "\",\"CPUPerc\":\"", Percent(usage.cpu),
                    "\",\"Container\":", QuoteJson(usage.id), ",\"MemPerc\":\"",
                    Percent(Hundredths(usage.memory, usage.memory_limit)),
                    "\",\"MemUsage\":\"",
                    Both(usage.memory, usage.memory_limit), "\",\"PIDs\":\"",
                    usage.processes, "\"}\n");
  }
  return out;
}

}  // namespace chmdocker::cli
