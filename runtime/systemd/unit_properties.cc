#include "runtime/systemd/unit_properties.h"

#include <stdlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::systemd {
namespace {

constexpr uint64_t kNoLimit = UINT64_MAX;  // systemd's "infinity"

// "max" and negative numbers are no limit; false for what is no number.
bool ReadLimit(const std::string& text, uint64_t* limit) {
  *limit = kNoLimit;
  if (text == "max" || text[0] == '-') return true;
  char* end = nullptr;
  *limit = strtoull(text.c_str(), &end, 10);
  return end != text.c_str() && *end == '\0';
}

// A file with one number, the setting for it, and what systemd takes of it: the
// kernel takes others to be the nearest.
struct Single {
  const char* file;
  const char* name;
  uint64_t least;
  uint64_t most;
};
constexpr Single kSingles[] = {
    {"blkio.weight", "BlockIOWeight", 10, 1000},
    {"cpu.shares", "CPUShares", 2, 262144},
    {"cpu.weight", "CPUWeight", 1, 10000},
    {"io.weight", "IOWeight", 1, 10000},
    {"memory.high", "MemoryHigh", 0, kNoLimit},
    {"memory.limit_in_bytes", "MemoryLimit", 1, kNoLimit},
    {"memory.low", "MemoryLow", 0, kNoLimit},
    {"memory.max", "MemoryMax", 1, kNoLimit},
    {"memory.min", "MemoryMin", 0, kNoLimit},
    {"memory.swap.max", "MemorySwapMax", 0, kNoLimit},
    {"pids.max", "TasksMax", 1, kNoLimit},
};

void AddSingle(const std::string& file, const std::string& text,
               Properties* properties) {
  for (const Single& single : kSingles) {
    uint64_t number = 0;
    if (file != single.file || !ReadLimit(text, &number)) continue;
    if (number != kNoLimit) {
      number = std::clamp(number, single.least, single.most);
    }
    properties->AddNumber(single.name, "t", number);
  }
}

// "0-2,8": a bit for each, the first one the lowest of the first byte. None if
// that is no list.
std::vector<uint64_t> BitsOf(const std::string& list) {
  constexpr unsigned long kMost = 8191;  // the kernel's largest NR_CPUS is 8192
  std::vector<uint64_t> bits;
  const char* at = list.c_str();
  for (;;) {
    char* end = nullptr;
    const unsigned long first = strtoul(at, &end, 10);
    unsigned long last = first;
    if (end == at) return {};
    if (*end == '-') {
      at = end + 1;
      last = strtoul(at, &end, 10);
    }
    if (end == at || first > last || last > kMost) return {};
    if (bits.size() <= last / 8) bits.resize(last / 8 + 1);
    for (unsigned long bit = first; bit <= last; ++bit) {
      bits[bit / 8] |= uint64_t{1} << bit % 8;
    }
    if (*end == '\0') return bits;
    if (*end != ',') return {};
    at = end + 1;
  }
}

void AddCpuset(const std::string& file, const std::string& list,
               Properties* properties) {
  const bool is_cpus = file == "cpuset.cpus";
  if (!is_cpus && file != "cpuset.mems") return;
  const std::vector<uint64_t> bits = BitsOf(list);
  if (bits.empty()) return;
  properties->Add(is_cpus ? "AllowedCPUs" : "AllowedMemoryNodes", "ay", bits,
                  {});
}

// Of v1 in two files, of v2 in one.
struct Quota {
  uint64_t quota = 0;  // microseconds; 0: not said
  uint64_t period = 0;

  void Read(const cgroups::Write& write) {
    if (write.file == "cpu.cfs_quota_us") (void)ReadLimit(write.value, &quota);
    if (write.file == "cpu.cfs_period_us") {
      (void)ReadLimit(write.value, &period);
    }
    if (write.file != "cpu.max") return;
    const size_t space = write.value.find(' ');
    (void)ReadLimit(write.value.substr(0, space), &quota);
    if (space != std::string::npos) {
      (void)ReadLimit(write.value.substr(space + 1), &period);
    }
  }

  void AddTo(int version, Properties* properties) const {
    constexpr uint64_t kSecond = 1000000;
    constexpr uint64_t kPercent = kSecond / 100;  // of one CPU
    constexpr uint64_t kDefaultPeriod = 100000;
    if (period != 0 && version >= 242) {
      properties->AddNumber("CPUQuotaPeriodUSec", "t", period);
    }
    if (quota == 0 && period == 0) return;
    uint64_t per_second = kNoLimit;
    if (quota != 0 && quota < kNoLimit / kSecond) {
      // systemd has whole percents: rounded up, as the quota is a promise.
      const uint64_t exact =
          quota * kSecond / (period != 0 ? period : kDefaultPeriod);
      per_second = (exact + kPercent - 1) / kPercent * kPercent;
    }
    properties->AddNumber("CPUQuotaPerSecUSec", "t", per_second);
  }
};

// The name that a major number has in /proc/devices: "pts".
std::string GroupOf(absl::string_view proc_devices, bool block,
                    absl::string_view major) {
  const size_t border = proc_devices.find("\nBlock devices:");
  const absl::string_view part = block && border != absl::string_view::npos
                                     ? proc_devices.substr(border)
                                     : proc_devices.substr(0, border);
  // "%3d %s", after the end of the line before.
  const std::string line = absl::StrCat(
      "\n", absl::string_view("   ").substr(std::min<size_t>(major.size(), 3)),
      major, " ");
  const size_t at = part.find(line);
  if (at == absl::string_view::npos) return "";
  const absl::string_view name = part.substr(at + line.size());
  return std::string(name.substr(0, name.find('\n')));
}

// A device as DeviceAllow names it, systemd.resource-control(5):
// "/dev/char/1:3", "char-pts", "char-*". Empty: it has no such name.
std::string DeviceName(bool block, absl::string_view numbers,
                       absl::string_view proc_devices) {
  const char* const kind = block ? "block" : "char";
  if (numbers == "*:*") return absl::StrCat(kind, "-*");
  if (numbers[0] == '*') return "";
  absl::string_view major = numbers;
  if (!absl::ConsumeSuffix(&major, ":*")) {
    return absl::StrCat("/dev/", kind, "/", numbers);
  }
  const std::string group = GroupOf(proc_devices, block, major);
  return group.empty() ? "" : absl::StrCat(kind, "-", group);
}

// What the writes to cgroup v1's devices.allow and devices.deny come to.
struct DeviceList {
  bool is_said = false;
  bool open = false;                 // all is allowed
  bool is_exact = true;              // systemd can be told all of it
  std::vector<std::string> allowed;  // each with its access behind it

  void Read(const cgroups::Write& write, absl::string_view proc_devices) {
    const bool allow = write.file == "devices.allow";
    if (!allow && write.file != "devices.deny") return;
    if (write.value == "a") {
      *this = {true, allow};
      return;
    }
    // "c 1:3 rwm"
    const absl::string_view rule = write.value;
    const size_t space = rule.rfind(' ');
    const std::string name =
        DeviceName(rule[0] == 'b', rule.substr(2, space - 2), proc_devices);
    if (name.empty() || open) {
      is_exact = false;
    } else if (allow) {
      allowed.push_back(name);
      allowed.emplace_back(rule.substr(space + 1));
    } else {
      Forget(name);
    }
  }

  void Forget(const std::string& name) {
    for (size_t i = allowed.size(); i > 0; i -= 2) {
      if (allowed[i - 2] != name) continue;
      const auto at = allowed.begin() + static_cast<ptrdiff_t>(i - 2);
      allowed.erase(at, at + 2);
    }
  }

  void AddTo(bool has_v1, Properties* properties) const {
    if (!is_said) return;
    const bool all = open || (!is_exact && !has_v1);
    properties->AddText("DevicePolicy", all ? "auto" : "strict");
    // An empty list takes away what there was.
    properties->Add("DeviceAllow", "a(ss)", {}, {});
    if (!all) properties->Add("DeviceAllow", "a(ss)", {}, allowed);
  }
};

}  // namespace

void AddLimits(const std::vector<cgroups::Write>& writes,
               const SystemdFacts& facts, Properties* properties) {
  Quota quota;
  DeviceList devices;
  for (const cgroups::Write& write : writes) {
    AddSingle(write.file, write.value, properties);
    if (write.fallback_file == "io.weight") {
      AddSingle(write.fallback_file, write.fallback_value, properties);
    }
    if (write.file == "cpu.idle" && write.value == "1" &&
        facts.version >= 252) {
      properties->AddNumber("CPUWeight", "t", 0);
    }
    if (facts.version >= 244) AddCpuset(write.file, write.value, properties);
    quota.Read(write);
    devices.Read(write, facts.proc_devices);
  }
  quota.AddTo(facts.version, properties);
  devices.AddTo(facts.has_v1, properties);
}

void AddUnit(const UnitName& unit, const std::string& description,
             pid_t process, const SystemdFacts& facts, Properties* properties) {
  properties->AddText("Description", description);
  if (unit.IsSlice()) {
    // Where a slice is is in its name.
    properties->Add("Wants", "as", {}, {unit.slice});
  } else {
    properties->AddText("Slice", unit.slice);
    properties->AddNumber("Delegate", "b", 1);
    properties->Add("PIDs", "au", {static_cast<uint64_t>(process)}, {});
  }
  for (const char* const name :
       {"MemoryAccounting", "CPUAccounting", "TasksAccounting",
        facts.has_v1 ? "BlockIOAccounting" : "IOAccounting"}) {
    properties->AddNumber(name, "b", 1);
  }
  // Else it would be stopped before the service that it belongs to.
  properties->AddNumber("DefaultDependencies", "b", 0);
}

}  // namespace chmdocker::systemd
