#include "runtime/cgroups/stats_json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/cgroups/stats.h"
#include "runtime/cgroups/stats_text.h"

namespace chmdocker::cgroups {
namespace {

// The members of one JSON object.
class Object {
 public:
  Object& Raw(absl::string_view key, absl::string_view json) {
    absl::StrAppend(&members_, members_.empty() ? "" : ",", QuoteJson(key), ":",
                    json);
    return *this;
  }
  Object& Number(absl::string_view key, uint64_t number) {
    return Raw(key, absl::StrCat(number));
  }
  Object& NumberUnlessZero(absl::string_view key, uint64_t number) {
    return number == 0 ? *this : Number(key, number);
  }
  Object& TextUnlessEmpty(absl::string_view key, absl::string_view text) {
    return text.empty() ? *this : Raw(key, QuoteJson(text));
  }
  std::string Json() const { return absl::StrCat("{", members_, "}"); }

 private:
  std::string members_;
};

std::string CpuJson(const CpuStats& cpu) {
  Object usage;
  usage.NumberUnlessZero("total", cpu.total);
  if (!cpu.per_cpu.empty()) {
    usage.Raw("percpu",
              absl::StrCat("[", absl::StrJoin(cpu.per_cpu, ","), "]"));
  }
  usage.Number("kernel", cpu.kernel).Number("user", cpu.user);
  Object throttling;
  throttling.NumberUnlessZero("periods", cpu.periods)
      .NumberUnlessZero("throttledPeriods", cpu.throttled_periods)
      .NumberUnlessZero("throttledTime", cpu.throttled_time);
  return Object()
      .Raw("usage", usage.Json())
      .Raw("throttling", throttling.Json())
      .Json();
}

std::string MemoryEntryJson(uint64_t limit, uint64_t usage, uint64_t max,
                            uint64_t fail_count) {
  return Object()
      .Number("limit", limit)
      .NumberUnlessZero("usage", usage)
      .NumberUnlessZero("max", max)
      .Number("failcnt", fail_count)
      .Json();
}

std::string MemoryJson(const MemoryStats& memory) {
  // v1 calls it "cache", v2 "file".
  const uint64_t cache = ValueOf(memory.raw, "cache");
  Object raw;
  for (const auto& [name, number] : memory.raw) raw.Number(name, number);
  return Object()
      .NumberUnlessZero("cache",
                        cache != 0 ? cache : ValueOf(memory.raw, "file"))
      .Raw("usage",
           MemoryEntryJson(memory.limit, memory.usage,
                           memory.max_usage.value_or(0), memory.fail_count))
      .Raw("swap", MemoryEntryJson(memory.swap_limit.value_or(0),
                                   memory.swap_usage.value_or(0), 0, 0))
      .Raw("raw", raw.Json())
      .Json();
}

std::string BlockIoJson(const std::vector<BlockIoEntry>& entries) {
  std::vector<std::string> list;
  list.reserve(entries.size());
  for (const BlockIoEntry& entry : entries) {
    list.push_back(Object()
                       .NumberUnlessZero("major", entry.major)
                       .NumberUnlessZero("minor", entry.minor)
                       .TextUnlessEmpty("op", entry.operation)
                       .NumberUnlessZero("value", entry.value)
                       .Json());
  }
  return absl::StrCat("[", absl::StrJoin(list, ","), "]");
}

std::string BlockIoJson(const Stats& stats) {
  Object object;
  if (!stats.io_service_bytes.empty()) {
    object.Raw("ioServiceBytesRecursive", BlockIoJson(stats.io_service_bytes));
  }
  if (!stats.io_serviced.empty()) {
    object.Raw("ioServicedRecursive", BlockIoJson(stats.io_serviced));
  }
  return object.Json();
}

std::string HugepagesJson(const std::vector<HugepageStats>& hugepages) {
  Object object;
  for (const HugepageStats& pages : hugepages) {
    object.Raw(pages.page_size, Object()
                                    .NumberUnlessZero("usage", pages.usage)
                                    .NumberUnlessZero("max", pages.max_usage)
                                    .Number("failcnt", pages.fail_count)
                                    .Json());
  }
  return object.Json();
}

}  // namespace

std::string StatsJson(absl::string_view id, const Stats& stats) {
  Object pids;
  pids.NumberUnlessZero("current", stats.pids)
      .NumberUnlessZero("limit", stats.pids_limit.value_or(0));
  Object data;
  data.Raw("cpu", CpuJson(stats.cpu))
      .Raw("memory", MemoryJson(stats.memory))
      .Raw("pids", pids.Json())
      .Raw("blkio", BlockIoJson(stats))
      .Raw("hugetlb", HugepagesJson(stats.hugepages))
      .Raw("intel_rdt", "{}")
      .Raw("network_interfaces", "null");
  return Object()
      .Raw("type", "\"stats\"")
      .Raw("id", QuoteJson(id))
      .Raw("data", data.Json())
      .Json();
}

std::string OomJson(absl::string_view id) {
  return Object().Raw("type", "\"oom\"").Raw("id", QuoteJson(id)).Json();
}

}  // namespace chmdocker::cgroups
