#include <errno.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/device_rules.h"
#include "runtime/cgroups/plan_parts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

std::string Number(const std::optional<uint32_t>& number) {
  return number ? absl::StrCat(*number) : "*";
}

std::string RuleText(absl::string_view kind, const spec::DeviceRule& rule) {
  return absl::StrCat(kind, Number(rule.major), ":", Number(rule.minor), " ",
                      rule.access);
}

// A rule for both kinds of device is written as two: behind "a", the kernel
// does not look at numbers and access.
void AddRule(const spec::DeviceRule& rule, bool is_default, WriteList* list) {
  const absl::string_view file = rule.allow ? "devices.allow" : "devices.deny";
  const absl::string_view field = is_default ? "" : "devices";
  const auto add = [&](absl::string_view kind) {
    Write& write = list->Add(file, RuleText(kind, rule), field);
    // EPERM: the parent cgroup does not allow it itself.
    if (is_default) write.ignored.push_back(EPERM);
  };
  if (rule.kind != spec::DeviceKind::kBlock) add("c ");
  if (rule.kind != spec::DeviceKind::kCharacter) add("b ");
}

}  // namespace

void PlanDevicesV1(const spec::Resources& resources, Occasion occasion,
                   WriteList* list) {
  const bool asked = !resources.devices.empty();
  if (occasion == Occasion::kUpdate && !asked) return;
  const DeviceAccess access = DeviceAccessFrom(resources.devices);
  // "a" drops what was said before.
  list->Add(access.others_allowed ? "devices.allow" : "devices.deny", "a",
            asked ? "devices" : "");
  for (size_t i = 0; i < access.rules.size(); ++i) {
    AddRule(access.rules[i], i >= access.configured, list);
  }
}

}  // namespace chmdocker::cgroups
