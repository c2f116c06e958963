// Pure: the container's mounts, devices and root directory.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_MOUNT_PLAN_H_
#define CHMDOCKER_RUNTIME_MOUNTS_MOUNT_PLAN_H_

#include <vector>

#include "absl/status/status.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::mounts {

// Propagation, the rootfs, everything mounted and made in it. `namespaces` are
// the new ones (NewNamespaces): in a user namespace device nodes can't be
// made, only bound, and ids outside its maps can't be named. `cgroups` are the
// container's own, one for each hierarchy of facts.cgroup_mounts that it has
// one in. `before_cgroups` are steps that have to stand before the first mount
// of cgroups, and do so as late as can be.
//
// Unimplemented when the specification needs what this kernel lacks.
absl::Status PlanMounts(const spec::ContainerSpec& spec,
                        const host::HostFacts& facts, CloneFlags namespaces,
                        const std::vector<host::CgroupDirectory>& cgroups,
                        step::SetupPlan before_cgroups, step::SetupPlan& plan);

// Standard input without -i: the container's own /dev/null.
void PlanStdin(const spec::ContainerSpec& spec, step::SetupPlan& plan);

// The container's terminal, if it has one. Goes between PlanMounts, which
// makes its /dev/pts, and PlanRootSwitch.
void PlanTerminal(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                  step::SetupPlan& plan);

// The working directory, hidden and read-only parts, then the change of root:
// by pivot_root, or with `no_pivot` by moving the rootfs over the old root, as
// an initramfs needs it.
void PlanRootSwitch(const spec::ContainerSpec& spec,
                    const host::HostFacts& facts, bool no_pivot,
                    step::SetupPlan& plan);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_MOUNT_PLAN_H_
