#include "runtime/cgroups/device_rules.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

using enum spec::DeviceKind;

constexpr int32_t kAll = -1;  // numbers

struct DefaultRule {
  spec::DeviceKind kind;
  int32_t major;
  int32_t minor;
  const char* access;
};

// What every container may use, whatever its rules: nodes may be made of any
// device, and used are those of /dev, of pseudo-terminals and tun. runc has the
// same list, and engines rely on it: without tun, VPNs in containers fail (runc
// 1.2.4 and crun 1.20 brought it back).
constexpr DefaultRule kDefaultRules[] = {
    {kCharacter, kAll, kAll, "m"},  {kBlock, kAll, kAll, "m"},
    {kCharacter, 1, 3, "rwm"},      {kCharacter, 1, 8, "rwm"},
    {kCharacter, 1, 7, "rwm"},      {kCharacter, 5, 0, "rwm"},
    {kCharacter, 1, 5, "rwm"},      {kCharacter, 1, 9, "rwm"},
    {kCharacter, 136, kAll, "rwm"}, {kCharacter, 5, 2, "rwm"},
    {kCharacter, 10, 200, "rwm"},
};

bool Has(const spec::DeviceRule& rule, char access) {
  return rule.access.find(access) != std::string::npos;
}

// It leaves nothing of what was said before.
bool IsForAll(const spec::DeviceRule& rule) {
  return rule.kind == kAny && !rule.major && !rule.minor && Has(rule, 'r') &&
         Has(rule, 'w') && Has(rule, 'm');
}

// How many of `rules` are overruled by a later one for all.
size_t Overruled(const std::vector<spec::DeviceRule>& rules) {
  size_t first = rules.size();
  while (first > 0 && !IsForAll(rules[first - 1])) --first;
  return first;
}

bool AllowsOthers(const std::vector<spec::DeviceRule>& rules,
                  size_t overruled) {
  return overruled > 0 && rules[overruled - 1].allow;
}

std::optional<uint32_t> Number(int32_t number) {
  if (number == kAll) return std::nullopt;
  return static_cast<uint32_t>(number);
}

bool Meet(std::optional<uint32_t> a, std::optional<uint32_t> b) {
  return !a || !b || *a == *b;
}

// Whether both rules speak of some access to some device.
bool Overlap(const spec::DeviceRule& a, const spec::DeviceRule& b) {
  return (a.kind == kAny || b.kind == kAny || a.kind == b.kind) &&
         Meet(a.major, b.major) && Meet(a.minor, b.minor) &&
         a.access.find_first_of(b.access) != std::string::npos;
}

// Whether the kernel keeps one entry for both; a rule for both kinds of device
// is two.
bool SameNumbers(const spec::DeviceRule& a, const spec::DeviceRule& b) {
  return a.major == b.major && a.minor == b.minor;
}

}  // namespace

DeviceAccess DeviceAccessFrom(const std::vector<spec::DeviceRule>& rules) {
  const size_t overruled = Overruled(rules);
  DeviceAccess access;
  access.others_allowed = AllowsOthers(rules, overruled);
  access.rules.assign(rules.begin() + static_cast<ptrdiff_t>(overruled),
                      rules.end());
  access.configured = access.rules.size();
  if (access.IsUnlimited()) return access;
  for (const DefaultRule& rule : kDefaultRules) {
    access.rules.push_back(
        {true, rule.kind, Number(rule.major), Number(rule.minor), rule.access});
  }
  return access;
}

absl::Status CheckDevicesV1(const std::vector<spec::DeviceRule>& rules) {
  const size_t overruled = Overruled(rules);
  const bool others_allowed = AllowsOthers(rules, overruled);
  for (size_t i = overruled; i < rules.size(); ++i) {
    // What is not an exception takes one back.
    if (rules[i].allow != others_allowed) continue;
    for (size_t j = overruled; j < i; ++j) {
      if (rules[j].allow == rules[i].allow || SameNumbers(rules[i], rules[j]) ||
          !Overlap(rules[i], rules[j])) {
        continue;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "linux.resources.devices[", i, "]: takes back a part of devices[", j,
          "], which cgroup v1 can't; list the devices one by one instead"));
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cgroups
