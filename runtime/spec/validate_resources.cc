// What becomes part of a file's name in a cgroup, and the memory policy.
#include <linux/mempolicy.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"
#include "runtime/spec/validate.h"

namespace chmdocker::spec {
namespace {

// "2MB", "1GB": as in the names of hugetlb.2MB.max and its neighbours.
bool IsPageSize(absl::string_view text) {
  if (text.size() < 3 || text.back() != 'B') return false;
  const char unit = text[text.size() - 2];
  const absl::string_view number = text.substr(0, text.size() - 2);
  return (unit == 'K' || unit == 'M' || unit == 'G') &&
         std::all_of(number.begin(), number.end(), absl::ascii_isdigit);
}

// A file of the container's own cgroup, and of no other.
bool IsFileName(absl::string_view name) {
  return !name.empty() && !absl::StartsWith(name, ".") &&
         !absl::StrContains(name, '/') && !absl::StrContains(name, '\0');
}

}  // namespace

absl::Status ValidateResources(const Resources& resources) {
  for (const auto& [file, value] : resources.unified) {
    if (!IsFileName(file)) {
      return Wrong("linux.resources.unified", file,
                   "is no name of a file in a cgroup");
    }
  }
  for (const HugepageLimit& limit : resources.hugepage_limits) {
    if (!IsPageSize(limit.page_size)) {
      return Wrong("linux.resources.hugepageLimits.pageSize", limit.page_size,
                   "is no page size, for example \"2MB\"");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckResources(const ContainerSpec& spec) {
  return ValidateResources(spec.resources);
}

// set_mempolicy(2).
absl::Status CheckMemoryPolicy(const ContainerSpec& spec) {
  if (!spec.memory_policy.has_value()) return absl::OkStatus();
  const MemoryPolicy& policy = *spec.memory_policy;
  const bool has_nodes = std::any_of(policy.nodes.begin(), policy.nodes.end(),
                                     [](uint64_t word) { return word != 0; });
  const bool takes_none =
      policy.mode == MPOL_DEFAULT || policy.mode == MPOL_LOCAL;
  if (takes_none && has_nodes) {
    return Wrong("linux.memoryPolicy.nodes",
                 "MPOL_DEFAULT and MPOL_LOCAL have none");
  }
  if (takes_none && policy.flags != 0) {
    return Wrong("linux.memoryPolicy.flags",
                 "MPOL_DEFAULT and MPOL_LOCAL have none");
  }
  if (!takes_none && !has_nodes && policy.mode != MPOL_PREFERRED) {
    return Wrong("linux.memoryPolicy.nodes",
                 "is empty; this mode needs at least one node");
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::spec
