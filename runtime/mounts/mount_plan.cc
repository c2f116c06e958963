#include "runtime/mounts/mount_plan.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/host/facts.h"
#include "runtime/mounts/plan_parts.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/resources.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {
namespace {

using step::Actor;
using Text = std::string;
using Place = step::Place<Text>;

// The container's mounts that are shared with the host's on purpose, for
// mounts that shall appear there, too.
bool SharesWithHost(const spec::ContainerSpec& spec) {
  return HasRootfs(spec) && spec.rootfs_propagation.has(kMountShared);
}

// Of all that the container sees of the host until its root changes. A slave,
// and not private, where there is a rootfs: a mount that a private copy kept
// would make the host's own use of the device fail with EBUSY.
MountFlags OldRootPropagation(const spec::ContainerSpec& spec) {
  if (SharesWithHost(spec)) return spec.rootfs_propagation;
  if (!HasRootfs(spec) || spec.rootfs_propagation.has(kMountPrivate)) {
    return kMountRecursive | kMountPrivate;
  }
  return kMountRecursive | kMountSlave;
}

bool IsOfCgroups(const spec::Mount& mount) {
  return !mount.bind && (mount.type == "cgroup" || mount.type == "cgroup2");
}

absl::Status PlanOneMount(const Context& context, size_t index) {
  const spec::Mount& mount = context.spec.mounts[index];
  if (mount.bind) {
    CHM_RETURN_IF_ERROR(PlanBind(context, index));
  } else if (IsOfCgroups(mount)) {
    PlanCgroups(context, mount);
  } else {
    PlanFilesystem(context, mount);
  }
  for (const MountFlags propagation : mount.propagation) {
    context.plan.Add(
        Actor::kInit,
        step::SetPropagation<Text>{
            InContainer(context.spec, path::CleanPath(mount.destination)),
            propagation});
  }
  return absl::OkStatus();
}

// The configuration shows another /dev: what it has is its owner's affair.
bool BindsDev(const spec::ContainerSpec& spec) {
  for (const spec::Mount& mount : spec.mounts) {
    if (mount.bind && path::CleanPath(mount.destination) == "/dev") return true;
  }
  return false;
}

uint32_t TypeBits(spec::DeviceKind kind) {
  switch (kind) {
    case spec::DeviceKind::kBlock:
      return S_IFBLK;
    case spec::DeviceKind::kFifo:
      return S_IFIFO;
    case spec::DeviceKind::kAny:
    case spec::DeviceKind::kCharacter:
      return S_IFCHR;
  }
  return S_IFCHR;
}

void PlanDevice(const Context& context, const spec::Device& device) {
  // A user namespace may not make device nodes, only pipes; a node of the host
  // that is bound instead keeps its owner and mode.
  if (context.in_user_namespace() && device.kind != spec::DeviceKind::kFifo) {
    context.plan.Add(
        Actor::kInit,
        step::BindMount<Text>{
            OnHost(device.source.empty() ? device.path : device.source),
            InContainer(context.spec, device.path),
            {},
            /*recursive=*/false,
            context.facts.mount_api});
    return;
  }
  context.plan.Add(Actor::kInit,
                   step::MakeDevice<Text>{
                       device.path, TypeBits(device.kind) | device.permissions,
                       device.major, device.minor, device.uid, device.gid});
}

void PlanDev(const Context& context) {
  if (BindsDev(context.spec)) return;
  for (const spec::Device& device : context.spec.devices) {
    PlanDevice(context, device);
  }
  for (const spec::Symlink& symlink : context.spec.symlinks) {
    context.plan.Add(Actor::kInit,
                     step::MakeSymlink<Text>{symlink.path, symlink.target});
  }
}

void PlanHiddenParts(const spec::ContainerSpec& spec,
                     const host::HostFacts& facts, step::SetupPlan& plan) {
  const std::vector<std::string>& masked = spec.masked_paths;
  for (auto path = masked.begin(); path != masked.end(); ++path) {
    if (std::find(masked.begin(), path, *path) != path) continue;
    plan.Add(Actor::kInit, step::MaskPath<Text>{*path, facts.mount_api});
  }
  for (const std::string& path : spec.readonly_paths) {
    const Place place = InContainer(spec, path);
    step::BindMount<Text> bind;
    bind.source = place;
    bind.target = place;
    bind.recursive = true;
    bind.recursive_set = kAttrReadonly;
    bind.api = facts.mount_api;
    plan.Add(Actor::kInit, bind, ENOENT);
  }
}

void PlanReadonly(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                  step::SetupPlan& plan) {
  for (const spec::Mount& mount : spec.mounts) {
    if (!IsReadonlyLater(mount)) continue;
    plan.Add(Actor::kInit,
             step::SetMountAttributes<Text>{
                 InContainer(spec, path::CleanPath(mount.destination)),
                 kAttrReadonly, facts.mount_api});
  }
  if (spec.root.readonly) {
    plan.Add(Actor::kInit,
             step::SetMountAttributes<Text>{InContainer(spec, "/"),
                                            kAttrReadonly, facts.mount_api});
  }
}

}  // namespace

absl::Status PlanMounts(const spec::ContainerSpec& spec,
                        const host::HostFacts& facts, CloneFlags namespaces,
                        const std::vector<host::CgroupDirectory>& cgroups,
                        step::SetupPlan before_cgroups, step::SetupPlan& plan) {
  const auto add_before = [&] {
    std::move(before_cgroups.timeline.begin(), before_cgroups.timeline.end(),
              std::back_inserter(plan.timeline));
    before_cgroups.timeline.clear();
  };
  const CloneFlags own = namespaces | spec::Joined(spec);
  if (!own.has(kNewMount)) {
    add_before();
    return absl::OkStatus();
  }
  const Context context = {spec, facts, own, cgroups, plan};
  plan.Add(Actor::kInit,
           step::SetPropagation<Text>{OnHost("/"), OldRootPropagation(spec)});
  if (spec.root.overlay_layers > 0) {
    plan.Add(Actor::kInit,
             step::MountOverlay<Text>{
                 spec.root.path.substr(0, spec.root.path.rfind('/')),
                 spec.root.overlay_layers});
  }
  if (HasRootfs(spec)) {
    plan.Add(Actor::kInit,
             step::OpenRootfs<Text>{spec.root.path, facts.mount_api,
                                    SharesWithHost(spec)});
  }
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    if (IsOfCgroups(spec.mounts[i])) add_before();
    CHM_RETURN_IF_ERROR(PlanOneMount(context, i));
  }
  add_before();
  PlanDev(context);
  return absl::OkStatus();
}

void PlanStdin(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  if (spec.process.stdin_open || spec.process.terminal) return;
  plan.Add(Actor::kInit, step::NullStdin<Text>{InContainer(spec, "/dev/null")});
}

void PlanTerminal(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                  step::SetupPlan& plan) {
  if (!spec.process.terminal) return;
  // The container's own devpts where it has one: ttyname(3) then works inside.
  plan.Add(
      Actor::kInit,
      step::OpenTerminal<Text>{
          InContainer(spec, HasRootfs(spec) ? "/dev/pts/ptmx" : "/dev/ptmx"),
          /*bind_console=*/HasRootfs(spec), facts.mount_api});
  plan.Add(Actor::kParent, step::ReceiveTerminal<Text>{});
  // The command must not see the terminal before it has its size.
  plan.Add(Actor::kParent, step::Signal<Text>{"terminal"});
  plan.Add(Actor::kInit, step::Await<Text>{"terminal"});
}

void PlanRootSwitch(const spec::ContainerSpec& spec,
                    const host::HostFacts& facts, bool no_pivot,
                    step::SetupPlan& plan) {
  if (!HasRootfs(spec)) return;
  PlanHiddenParts(spec, facts, plan);
  if (spec.process.cwd != "/") {
    plan.Add(Actor::kInit, step::MakeDirectory<Text>{spec.process.cwd});
  }
  PlanReadonly(spec, facts, plan);
  if (no_pivot) {
    plan.Add(Actor::kInit, step::MoveRoot<Text>{});
  } else {
    plan.Add(Actor::kInit, step::PivotRoot<Text>{SharesWithHost(spec)});
  }
  if (!spec.rootfs_propagation.empty()) {
    plan.Add(Actor::kInit,
             step::SetPropagation<Text>{OnHost("/"), spec.rootfs_propagation});
  }
}

}  // namespace chmdocker::mounts
