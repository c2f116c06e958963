#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/apply.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/device_filter.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

// The first number of a file; none for "max", or if it can't be read.
std::optional<int64_t> ReadNumber(const host::CgroupDirectory& directory,
                                  absl::string_view file) {
  const absl::StatusOr<Cgroup> cgroup = Cgroup::Open(directory);
  if (!cgroup.ok()) return std::nullopt;
  const absl::StatusOr<std::string> text = cgroup->Read(file);
  if (!text.ok()) return std::nullopt;
  const std::vector<absl::string_view> words =
      absl::StrSplit(*text, absl::ByAnyChar(" \n"));
  int64_t number = 0;
  if (!absl::SimpleAtoi(words.front(), &number)) return std::nullopt;
  return number;
}

// v2 has two settings in one file, or one that counts from another: what is
// not said is what is there.
void AddPresent(const Directories& directories, spec::Resources* resources) {
  const host::CgroupDirectory* v2 = FindV2(directories);
  if (v2 == nullptr) return;
  spec::MemoryResources& memory = resources->memory;
  if (FindV1(directories, "memory") == nullptr && memory.swap.value_or(0) > 0 &&
      memory.limit.value_or(0) == 0) {
    memory.limit = ReadNumber(*v2, "memory.max");
  }
  spec::CpuResources& cpu = resources->cpu;
  if (FindV1(directories, "cpu") == nullptr && cpu.period.value_or(0) != 0 &&
      cpu.quota.value_or(0) == 0) {
    cpu.quota = ReadNumber(*v2, "cpu.max");
  }
}

}  // namespace

spec::Resources WithPresent(const Directories& directories,
                            const spec::Resources& resources) {
  spec::Resources complete = resources;
  AddPresent(directories, &complete);
  return complete;
}

absl::Status Update(const Directories& directories,
                    const spec::Resources& resources) {
  CHM_ASSIGN_OR_RETURN(const std::vector<Write> writes,
                       PlanWrites(WithPresent(directories, resources),
                                  directories, Occasion::kUpdate));
  const auto none_is_lenient = [](const Write&) { return false; };
  CHM_RETURN_IF_ERROR(Apply(writes, directories, none_is_lenient));
  if (resources.devices.empty() || !UsesDeviceFilter(directories)) {
    return absl::OkStatus();
  }
  return ApplyDevices(resources.devices, directories, OldFilter::kMayBe,
                      none_is_lenient);
}

}  // namespace chmdocker::cgroups
