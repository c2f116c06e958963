#include "runtime/container/systemd_unit.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/host/probe.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"
#include "runtime/state/record.h"
#include "runtime/sys/files.h"
#include "runtime/systemd/address.h"
#include "runtime/systemd/manager.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"
#include "runtime/systemd/unit_properties.h"
#include "runtime/systemd/variant_text.h"

namespace chmdocker::container {
namespace {

systemd::Address AddressOf(const Runtime& runtime) {
  systemd::Address address = runtime.systemd;
  address.in_user_namespace = host::InUserNamespace();
  if (geteuid() != 0 || address.in_user_namespace) {
    address.scope = systemd::Scope::kUser;
  }
  return address;
}

// What the unit is known by: its name may be another one's by now.
std::string Description(const state::Record& record) {
  return absl::StrCat("chmdocker container ", record.id, ", created ",
                      record.created);
}

bool IsController(const host::CgroupDirectory& hierarchy) {
  return !hierarchy.controllers.empty() &&
         !absl::StartsWith(hierarchy.controllers, "name=");
}

}  // namespace

absl::Status SystemdUnit::Find(const Runtime& runtime,
                               spec::ContainerSpec& spec,
                               host::HostFacts& facts, state::Record& record) {
  const systemd::Address address = AddressOf(runtime);
  of_user_ = address.scope == systemd::Scope::kUser;
  CHM_RETURN_IF_ERROR(
      systemd::NameUnit(spec.cgroups_path, record.id, address.scope, &name_));
  CHM_RETURN_IF_ERROR(systemd::AddAnnotated(spec.annotations, &annotated_));
  CHM_RETURN_IF_ERROR(manager_.Connect(address));
  // A user's manager has no controller of cgroup v1.
  if (of_user_) std::erase_if(facts.cgroup_mounts, IsController);
  record.systemd_cgroup = true;
  record.systemd_unit = name_.name;
  spec.cgroups_path = absl::StrCat(manager_.cgroup(), name_.cgroup);
  return absl::OkStatus();
}

absl::Status SystemdUnit::Start(const spec::ContainerSpec& spec,
                                const host::HostFacts& facts,
                                const state::Record& record, pid_t process) {
  systemd::SystemdFacts known;
  known.version = manager_.version();
  known.has_v1 = std::any_of(facts.cgroup_mounts.begin(),
                             facts.cgroup_mounts.end(), IsController);
  CHM_ASSIGN_OR_RETURN(known.proc_devices, sys::ReadSmallFile("/proc/devices"));
  cgroups::Directories hierarchies = facts.cgroup_mounts;
  // The rules on devices as v1 has them, also where there is only v2. A user's
  // manager can't set them.
  if (!of_user_ && cgroups::FindV1(hierarchies, "devices") == nullptr) {
    hierarchies.push_back({"devices", ""});
  }
  CHM_ASSIGN_OR_RETURN(const std::vector<cgroups::Write> writes,
                       cgroups::PlanWrites(spec.resources, hierarchies,
                                           cgroups::Occasion::kCreate));
  systemd::Properties properties;
  systemd::AddUnit(name_, Description(record), process, known, &properties);
  systemd::AddLimits(writes, known, &properties);
  properties.Append(annotated_);
  return manager_.Start(name_, properties);
}

absl::Status UpdateUnit(const Runtime& runtime, const state::Record& record,
                        const spec::Resources& resources) {
  if (!record.systemd_cgroup) return absl::OkStatus();
  systemd::Manager manager;
  CHM_RETURN_IF_ERROR(manager.Connect(AddressOf(runtime)));
  CHM_ASSIGN_OR_RETURN(
      const std::vector<cgroups::Write> writes,
      cgroups::PlanWrites(cgroups::WithPresent(record.cgroups, resources),
                          record.cgroups, cgroups::Occasion::kUpdate));
  systemd::SystemdFacts known;
  known.version = manager.version();
  systemd::Properties properties;
  systemd::AddLimits(writes, known, &properties);
  if (properties.empty()) return absl::OkStatus();
  return manager.Set(record.systemd_unit, properties);
}

void StopUnit(const Runtime& runtime, const state::Record& record) {
  if (!record.systemd_cgroup) return;
  systemd::Manager manager;
  absl::Status stopped = manager.Connect(AddressOf(runtime));
  if (stopped.ok()) {
    stopped = manager.Stop(record.systemd_unit, Description(record));
  }
  if (stopped.ok()) return;
  runtime.warn(absl::StrCat("the unit ", record.systemd_unit,
                            " is left to systemd: ", stopped.message()));
}

}  // namespace chmdocker::container
