#include "runtime/cgroups/controllers.h"

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

bool HasController(absl::string_view controllers,
                   absl::string_view controller) {
  for (;;) {
    const size_t end = controllers.find(',');
    if (controllers.substr(0, end) == controller) return true;
    if (end == absl::string_view::npos) return false;
    controllers.remove_prefix(end + 1);
  }
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
