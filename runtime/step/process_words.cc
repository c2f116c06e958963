#include "runtime/step/process_words.h"

#include <sched.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/io_priority.h"

namespace chmdocker::step {
namespace {

struct Word {
  uint32_t value;
  absl::string_view name;
};

constexpr Word kRlimits[] = {
    {RLIMIT_AS, "RLIMIT_AS"},
    {RLIMIT_CORE, "RLIMIT_CORE"},
    {RLIMIT_CPU, "RLIMIT_CPU"},
    {RLIMIT_DATA, "RLIMIT_DATA"},
    {RLIMIT_FSIZE, "RLIMIT_FSIZE"},
    {RLIMIT_LOCKS, "RLIMIT_LOCKS"},
    {RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
    {RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE"},
    {RLIMIT_NICE, "RLIMIT_NICE"},
    {RLIMIT_NOFILE, "RLIMIT_NOFILE"},
    {RLIMIT_NPROC, "RLIMIT_NPROC"},
    {RLIMIT_RSS, "RLIMIT_RSS"},
    {RLIMIT_RTPRIO, "RLIMIT_RTPRIO"},
    {RLIMIT_RTTIME, "RLIMIT_RTTIME"},
    {RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING"},
    {RLIMIT_STACK, "RLIMIT_STACK"},
};

constexpr Word kPolicies[] = {
    {0, "SCHED_OTHER"},    {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
    {3, "SCHED_BATCH"},    {4, "SCHED_ISO"},  {5, "SCHED_IDLE"},
    {6, "SCHED_DEADLINE"},
};

constexpr Word kIoClasses[] = {
    {kIoRealtime, "IOPRIO_CLASS_RT"},
    {kIoBestEffort, "IOPRIO_CLASS_BE"},
    {kIoIdle, "IOPRIO_CLASS_IDLE"},
};

std::string Find(absl::Span<const Word> words, uint32_t value) {
  for (const Word& word : words) {
    if (word.value == value) return std::string(word.name);
  }
  return absl::StrCat(value);
}

bool Has(const std::vector<uint64_t>& words, size_t bit) {
  return bit / 64 < words.size() && (words[bit / 64] >> (bit % 64) & 1) != 0;
}

}  // namespace

std::string RlimitName(int resource) {
  return Find(kRlimits, static_cast<uint32_t>(resource));
}

std::string LimitText(uint64_t limit) {
  return limit == ~uint64_t{0} ? "unlimited" : absl::StrCat(limit);
}

std::string PolicyName(uint32_t policy) { return Find(kPolicies, policy); }

std::string IoClassName(uint32_t io_class) {
  return Find(kIoClasses, io_class);
}

std::string CapabilityWords(uint64_t set) {
  const absl::Span<const absl::string_view> names = CapabilityNames();
  const uint64_t all = (uint64_t{1} << names.size()) - 1;
  if (set == 0) return "none";
  if ((set & all) == all) return "all";
  std::string out;
  for (size_t i = 0; i < 64; ++i) {
    if ((set >> i & 1) == 0) continue;
    absl::StrAppend(&out, out.empty() ? "" : ", ",
                    i < names.size() ? std::string(names[i])
                                     : absl::StrCat("capability ", i));
  }
  return out;
}

std::string BitRanges(const std::vector<uint64_t>& words) {
  std::string out;
  for (size_t i = 0; i < words.size() * 64; ++i) {
    if (!Has(words, i)) continue;
    const size_t first = i;
    while (Has(words, i + 1)) ++i;
    absl::StrAppend(&out, out.empty() ? "" : ",", first);
    if (i > first) absl::StrAppend(&out, "-", i);
  }
  return out.empty() ? "none" : out;
}

}  // namespace chmdocker::step
