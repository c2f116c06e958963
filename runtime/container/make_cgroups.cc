#include "runtime/container/make_cgroups.h"

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::container {
namespace {

bool IsOrdinary(const host::HostFacts& facts) {
  return facts.uid != 0 || facts.in_user_namespace;
}

}  // namespace

std::string NeedsCgroup(const host::HostFacts& facts) {
  return IsOrdinary(facts)
             ? "that needs a cgroup that this user may write; with cgroup v2 "
               "a service manager gives one: systemd-run --user --scope -p "
               "Delegate=yes chmdocker run ..."
             : "that needs cgroups that can be written; here they are "
               "read-only, or of somebody else, or not mounted";
}

absl::StatusOr<cgroups::Directories> MakeCgroups(
    const Runtime& runtime, const host::HostFacts& facts,
    const std::string& cgroups_path, const std::string& id,
    const spec::Resources& resources, const cgroups::MayReuse& may_reuse,
    pid_t placed) {
  WarnOfUnapplied(runtime, resources, facts.cgroup_mounts);
  absl::StatusOr<cgroups::Directories> made = cgroups::Create(
      facts.cgroup_mounts, cgroups_path, id, resources,
      IsOrdinary(facts) ? cgroups::Rootless::kYes : cgroups::Rootless::kNo,
      may_reuse, placed);
  if (made.ok() || !cgroups::IsForbidden(made.status())) return made;
  return WithHint(made.status(), NeedsCgroup(facts));
}

}  // namespace chmdocker::container
