#include "runtime/container/make_cgroups.h"

#include <sys/types.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
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

NewCgroups::NewCgroups(const Runtime& runtime, const host::HostFacts& facts,
                       const std::string& cgroups_path, const std::string& id,
                       const spec::Resources& resources,
                       cgroups::MayReuse may_reuse, pid_t placed)
    : facts_(facts),
      creation_(
          {&facts.cgroup_mounts, cgroups_path, id, &resources,
           IsOrdinary(facts) ? cgroups::Rootless::kYes : cgroups::Rootless::kNo,
           std::move(may_reuse), placed}) {
  WarnOfUnapplied(runtime, resources, facts.cgroup_mounts);
}

absl::Status NewCgroups::Explained(const absl::Status& status) const {
  if (!cgroups::IsForbidden(status)) return status;
  return WithHint(status, NeedsCgroup(facts_));
}

absl::Status NewCgroups::MakeUnified() {
  return Explained(creation_.MakeUnified());
}

absl::StatusOr<cgroups::Directories> NewCgroups::Finish() {
  absl::StatusOr<cgroups::Directories> made = creation_.Finish();
  if (made.ok()) return made;
  return Explained(made.status());
}

bool CanFollow(const spec::ContainerSpec& spec, const host::HostFacts& facts) {
  const CloneFlags joined = spec::Joined(spec);
  if (IsOrdinary(facts) || !facts.can_make_namespaces ||
      spec.namespaces.has(kNewUser) || !spec.namespaces.has(kNewMount) ||
      spec.root.path.empty() || joined.has(kNewUser) || joined.has(kNewPid) ||
      joined.has(kNewCgroup)) {
    return false;
  }
  // Mounts of the container's could hide what lies there.
  const std::string rootfs = path::CleanPath(spec.root.path);
  return std::none_of(spec.mounts.begin(), spec.mounts.end(),
                      [](const spec::Mount& mount) { return mount.copy_up; }) &&
         std::none_of(facts.cgroup_mounts.begin(), facts.cgroup_mounts.end(),
                      [&](const host::CgroupDirectory& hierarchy) {
                        return hierarchy.readonly ||
                               path::IsWithin(hierarchy.path, rootfs);
                      });
}

}  // namespace chmdocker::container
