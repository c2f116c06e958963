#include "runtime/cgroups/stats_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cgroups {
namespace {

constexpr uint64_t kUnlimited = ~uint64_t{0};
// PAGE_COUNTER_MAX, in bytes, with pages of 64 KiB, the largest; with smaller
// ones it is more.
constexpr uint64_t kUnlimitedV1 = 0x7FFF'FFFF'FFFF'0000;

constexpr uint64_t kNanosecondsPerTick = 10'000'000;
constexpr uint64_t kNanosecondsPerMicrosecond = 1'000;

using Words = std::vector<absl::string_view>;

// "8:0" into the numbers of `entry`.
bool ReadDevice(absl::string_view text, BlockIoEntry* entry) {
  const Words numbers = absl::StrSplit(text, ':');
  return numbers.size() == 2 && absl::SimpleAtoi(numbers[0], &entry->major) &&
         absl::SimpleAtoi(numbers[1], &entry->minor);
}

// Where io.stat's "rbytes=4096" belongs; null if nowhere.
std::vector<BlockIoEntry>* TableOf(absl::string_view key, Stats* stats) {
  if (key == "rbytes" || key == "wbytes") return &stats->io_service_bytes;
  if (key == "rios" || key == "wios") return &stats->io_serviced;
  return nullptr;
}

}  // namespace

std::optional<uint64_t> NumberFrom(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text == "max") return kUnlimited;
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return number >= kUnlimitedV1 ? kUnlimited : number;
}

std::vector<uint64_t> NumbersFrom(absl::string_view text) {
  std::vector<uint64_t> numbers;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    uint64_t number = 0;
    if (absl::SimpleAtoi(word, &number)) numbers.push_back(number);
  }
  return numbers;
}

KeyValues KeyValuesFrom(absl::string_view text) {
  KeyValues values;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    uint64_t number = 0;
    if (!pair.first.empty() && absl::SimpleAtoi(pair.second, &number)) {
      values.emplace_back(pair.first, number);
    }
  }
  return values;
}

uint64_t ValueOf(const KeyValues& values, absl::string_view key) {
  for (const auto& [name, number] : values) {
    if (name == key) return number;
  }
  return 0;
}

std::vector<BlockIoEntry> BlockIoFrom(absl::string_view text) {
  std::vector<BlockIoEntry> entries;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    BlockIoEntry entry;
    if (words.size() != 3 || !ReadDevice(words[0], &entry) ||
        !absl::SimpleAtoi(words[2], &entry.value)) {
      continue;
    }
    entry.operation = std::string(words[1]);
    entries.push_back(std::move(entry));
  }
  return entries;
}

void AddIoStat(absl::string_view text, Stats* stats) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    BlockIoEntry entry;
    if (words.empty() || !ReadDevice(words[0], &entry)) continue;
    for (const absl::string_view word : words) {
      const std::pair<absl::string_view, absl::string_view> pair =
          absl::StrSplit(word, absl::MaxSplits('=', 1));
      std::vector<BlockIoEntry>* table = TableOf(pair.first, stats);
      if (table == nullptr || !absl::SimpleAtoi(pair.second, &entry.value)) {
        continue;
      }
      entry.operation = pair.first[0] == 'r' ? "Read" : "Write";
      table->push_back(entry);
    }
  }
}

void SetCpuacctStat(absl::string_view text, CpuStats* cpu) {
  const KeyValues values = KeyValuesFrom(text);
  cpu->user = ValueOf(values, "user") * kNanosecondsPerTick;
  cpu->kernel = ValueOf(values, "system") * kNanosecondsPerTick;
}

void SetCpuStatV1(absl::string_view text, CpuStats* cpu) {
  const KeyValues values = KeyValuesFrom(text);
  cpu->periods = ValueOf(values, "nr_periods");
  cpu->throttled_periods = ValueOf(values, "nr_throttled");
  cpu->throttled_time = ValueOf(values, "throttled_time");
}

void SetCpuStatV2(absl::string_view text, CpuStats* cpu) {
  const KeyValues values = KeyValuesFrom(text);
  cpu->total = ValueOf(values, "usage_usec") * kNanosecondsPerMicrosecond;
  cpu->user = ValueOf(values, "user_usec") * kNanosecondsPerMicrosecond;
  cpu->kernel = ValueOf(values, "system_usec") * kNanosecondsPerMicrosecond;
  cpu->periods = ValueOf(values, "nr_periods");
  cpu->throttled_periods = ValueOf(values, "nr_throttled");
  cpu->throttled_time =
      ValueOf(values, "throttled_usec") * kNanosecondsPerMicrosecond;
}

std::string PageSizeFrom(absl::string_view directory) {
  uint64_t kilobytes = 0;
  if (!absl::ConsumePrefix(&directory, "hugepages-") ||
      !absl::ConsumeSuffix(&directory, "kB") ||
      !absl::SimpleAtoi(directory, &kilobytes)) {
    return "";
  }
  if (kilobytes >= 1 << 20) return absl::StrCat(kilobytes >> 20, "GB");
  if (kilobytes >= 1 << 10) return absl::StrCat(kilobytes >> 10, "MB");
  return absl::StrCat(kilobytes, "KB");
}

}  // namespace chmdocker::cgroups
