#include <errno.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/plan_parts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

// What every container may use, whatever its rules: nodes may be made of any
// device, and used are those of /dev, of pseudo-terminals and tun. runc has the
// same list, and engines rely on it: without tun, VPNs in containers fail (runc
// 1.2.4 and crun 1.20 brought it back).
constexpr absl::string_view kDefaultRules[] = {
    "c *:* m",     "b *:* m",   "c 1:3 rwm",    "c 1:8 rwm",
    "c 1:7 rwm",   "c 5:0 rwm", "c 1:5 rwm",    "c 1:9 rwm",
    "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm",
};

std::string Number(const std::optional<uint32_t>& number) {
  return number ? absl::StrCat(*number) : "*";
}

// Whether a rule is about all devices and all access to them, for which the
// kernel has the word "a": it drops what was said before.
bool IsForAll(const spec::DeviceRule& rule) {
  const auto has = [&](char c) {
    return rule.access.find(c) != std::string::npos;
  };
  return rule.kind == spec::DeviceKind::kAny && !rule.major && !rule.minor &&
         has('r') && has('w') && has('m');
}

// A rule for both kinds of device is written as two: behind "a", the kernel
// does not look at numbers and access.
void AddRule(const spec::DeviceRule& rule, WriteList* list) {
  const absl::string_view file = rule.allow ? "devices.allow" : "devices.deny";
  const std::string rest = absl::StrCat(" ", Number(rule.major), ":",
                                        Number(rule.minor), " ", rule.access);
  if (rule.kind != spec::DeviceKind::kBlock) {
    list->Add(file, absl::StrCat("c", rest), "devices");
  }
  if (rule.kind != spec::DeviceKind::kCharacter) {
    list->Add(file, absl::StrCat("b", rest), "devices");
  }
}

}  // namespace

void PlanDevicesV1(const spec::Resources& resources, Occasion occasion,
                   WriteList* list) {
  if (occasion == Occasion::kUpdate) return;
  const std::vector<spec::DeviceRule>& rules = resources.devices;
  size_t first = rules.size();  // the last rule for all, what comes before it
  while (first > 0 && !IsForAll(rules[first - 1])) --first;
  const bool allow_all = first > 0 && rules[first - 1].allow;
  if (allow_all) {
    list->Add("devices.allow", "a", "devices");
  } else {
    list->Add("devices.deny", "a", rules.empty() ? "" : "devices");
  }
  for (size_t i = first; i < rules.size(); ++i) AddRule(rules[i], list);
  if (allow_all && first == rules.size()) return;
  for (const absl::string_view rule : kDefaultRules) {
    // EPERM: the parent cgroup does not allow it itself.
    list->Add("devices.allow", rule, "").ignored.push_back(EPERM);
  }
}

}  // namespace chmdocker::cgroups
