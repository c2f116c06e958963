// Pure: what the files that plan mounts have in common.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_PLAN_PARTS_H_
#define CHMDOCKER_RUNTIME_MOUNTS_PLAN_PARTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {

struct Context {
  const spec::ContainerSpec& spec;
  const host::HostFacts& facts;
  CloneFlags namespaces;  // the container's own, new or joined
  const std::vector<host::CgroupDirectory>& cgroups;
  step::SetupPlan& plan;

  // Device nodes can't be made, many ids not be named, and some file systems
  // not be mounted.
  bool in_user_namespace() const {
    return facts.in_user_namespace || namespaces.has(kNewUser);
  }
  // Calls for attributes of whole trees and other owners: Linux 5.12.
  bool has_new_calls() const {
    return facts.mount_api == step::MountApi::kDetached;
  }
};

inline bool HasRootfs(const spec::ContainerSpec& spec) {
  return !spec.root.path.empty();
}

// A path of the container, as named before the change of root.
inline step::Place<std::string> InContainer(const spec::ContainerSpec& spec,
                                            std::string path) {
  return {HasRootfs(spec) ? step::FdSlot::kRootfs : step::FdSlot::kRoot,
          std::move(path)};
}

inline step::Place<std::string> OnHost(std::string path) {
  return {step::FdSlot::kRoot, std::move(path)};
}

// The plan for spec.mounts[index], by what it is.
absl::Status PlanBind(const Context& context, size_t index);
void PlanFilesystem(const Context& context, const spec::Mount& mount);
void PlanCgroups(const Context& context, const spec::Mount& mount);

// A remount that makes a mount of the container read-only comes at the end:
// things are put into it before.
bool IsReadonlyLater(const spec::Mount& mount);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_PLAN_PARTS_H_
