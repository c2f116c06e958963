#include "runtime/cgroups/controllers.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

bool HasController(absl::string_view controllers,
                   absl::string_view controller) {
  for (const absl::string_view one : absl::StrSplit(controllers, ',')) {
    if (one == controller) return true;
  }
  return false;
}

const host::CgroupDirectory* FindV1(
    const std::vector<host::CgroupDirectory>& hierarchies,
    absl::string_view controller) {
  for (const host::CgroupDirectory& hierarchy : hierarchies) {
    if (HasController(hierarchy.controllers, controller)) return &hierarchy;
  }
  return nullptr;
}

const host::CgroupDirectory* FindV2(
    const std::vector<host::CgroupDirectory>& hierarchies) {
  for (const host::CgroupDirectory& hierarchy : hierarchies) {
    if (hierarchy.controllers.empty()) return &hierarchy;
  }
  return nullptr;
}

}  // namespace chmdocker::cgroups
