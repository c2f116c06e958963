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

const char* Remedy(bool ordinary_user) {
  return ordinary_user
             ? "limits need a cgroup that this user may write; with cgroup v2 "
               "a service manager gives one: systemd-run --user --scope -p "
               "Delegate=yes chmdocker run ..."
             : "limits need cgroups that can be written; here they are "
               "read-only, or of somebody else";
}

}  // namespace

absl::StatusOr<cgroups::Directories> MakeCgroups(
    const Runtime& runtime, const host::HostFacts& facts,
    const std::string& cgroups_path, const std::string& id,
    const spec::Resources& resources, const cgroups::MayReuse& may_reuse,
    pid_t placed) {
  WarnOfUnapplied(runtime, resources, facts.cgroup_mounts);
  const bool ordinary_user = facts.uid != 0 || facts.in_user_namespace;
  absl::StatusOr<cgroups::Directories> made = cgroups::Create(
      facts.cgroup_mounts, cgroups_path, id, resources,
      ordinary_user ? cgroups::Rootless::kYes : cgroups::Rootless::kNo,
      may_reuse, placed);
  if (made.ok() || !cgroups::IsForbidden(made.status())) return made;
  return WithHint(made.status(), Remedy(ordinary_user));
}

}  // namespace chmdocker::container
