#include "runtime/mounts/mount_plan.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {
namespace {

using step::Actor;
using Text = std::string;
using Place = step::Place<Text>;

bool HasRootfs(const spec::ContainerSpec& spec) {
  return !spec.root.path.empty();
}

// A path of the container, as named before the change of root.
Place InContainer(const spec::ContainerSpec& spec, const std::string& path) {
  return {HasRootfs(spec) ? step::FdSlot::kRootfs : step::FdSlot::kRoot, path};
}

Place OnHost(const std::string& path) { return {step::FdSlot::kRoot, path}; }

// In a user namespace, new or the caller's, an option that names a group that
// is not mapped is EINVAL; the terminals then belong to the caller's group.
std::string DataFor(const spec::Mount& mount, bool user_namespace) {
  if (mount.type != "devpts" || !user_namespace) return mount.data;
  std::vector<absl::string_view> options = absl::StrSplit(mount.data, ',');
  std::erase_if(options, [](absl::string_view option) {
    return absl::StartsWith(option, "gid=");
  });
  return absl::StrJoin(options, ",");
}

void PlanDevices(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                 bool user_namespace, step::SetupPlan& plan) {
  for (const spec::Device& device : spec.devices) {
    if (user_namespace) {
      plan.Add(Actor::kInit,
               step::BindMount<Text>{OnHost(device.path),
                                     InContainer(spec, device.path),
                                     {},
                                     /*recursive=*/false,
                                     facts.mount_api});
    } else {
      plan.Add(Actor::kInit,
               step::MakeDevice<Text>{device.path, S_IFCHR | device.permissions,
                                      device.major, device.minor});
    }
  }
}

}  // namespace

void PlanMounts(const spec::ContainerSpec& spec, const host::HostFacts& facts,
                CloneFlags namespaces, step::SetupPlan& plan) {
  if (!namespaces.has(kNewMount)) return;
  const bool user_namespace =
      facts.in_user_namespace || namespaces.has(kNewUser);
  plan.Add(Actor::kInit,
           step::SetPropagation<Text>{kMountRecursive | kMountPrivate});
  if (HasRootfs(spec)) {
    plan.Add(Actor::kInit,
             step::OpenRootfs<Text>{spec.root.path, facts.mount_api});
  }
  for (const spec::Mount& mount : spec.mounts) {
    plan.Add(Actor::kInit,
             step::MountFilesystem<Text>{
                 mount.type, mount.source, InContainer(spec, mount.destination),
                 mount.flags, DataFor(mount, user_namespace)},
             // ENODEV: the kernel was built without this file system.
             mount.optional ? ENODEV : 0);
  }
  PlanDevices(spec, facts, user_namespace, plan);
  for (const spec::Symlink& symlink : spec.symlinks) {
    plan.Add(Actor::kInit,
             step::MakeSymlink<Text>{symlink.path, symlink.target});
  }
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
                    const host::HostFacts& facts, step::SetupPlan& plan) {
  if (!HasRootfs(spec)) return;
  for (const std::string& path : spec.masked_paths) {
    plan.Add(Actor::kInit, step::MaskPath<Text>{path, facts.mount_api});
  }
  for (const std::string& path : spec.readonly_paths) {
    const Place place = InContainer(spec, path);
    plan.Add(Actor::kInit,
             step::BindMount<Text>{place, place, kAttrReadonly,
                                   /*recursive=*/true, facts.mount_api},
             ENOENT);
  }
  if (spec.process.cwd != "/") {
    plan.Add(Actor::kInit, step::MakeDirectory<Text>{spec.process.cwd});
  }
  if (spec.root.readonly) {
    plan.Add(Actor::kInit,
             step::SetMountAttributes<Text>{InContainer(spec, "/"),
                                            kAttrReadonly, facts.mount_api});
  }
  plan.Add(Actor::kInit, step::PivotRoot<Text>{});
}

}  // namespace chmdocker::mounts
