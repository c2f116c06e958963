// Pure: /sys/fs/cgroup. Under cgroup v1 a tmpfs with a directory for each
// hierarchy, as the host has it; under v2 the one hierarchy.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/mounts/mount_options.h"
#include "runtime/mounts/plan_parts.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/mount.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {
namespace {

using step::Actor;
using Text = std::string;

constexpr char kHostsCgroups[] = "/sys/fs/cgroup";

// What the host calls the directory of a hierarchy: "cpu,cpuacct", "systemd";
// "unified" for v2 beside v1.
std::string NameOf(const host::CgroupDirectory& hierarchy) {
  if (hierarchy.controllers.empty()) return "unified";
  return std::string(absl::StripPrefix(hierarchy.controllers, "name="));
}

// The container's own cgroup in a hierarchy; null if it is not known.
const host::CgroupDirectory* OwnCgroup(const Context& context,
                                       absl::string_view controllers) {
  for (const host::CgroupDirectory& directory : context.cgroups) {
    if (directory.controllers == controllers) return &directory;
  }
  return nullptr;
}

bool HasV1(const std::vector<host::CgroupDirectory>& hierarchies) {
  for (const host::CgroupDirectory& hierarchy : hierarchies) {
    if (!hierarchy.controllers.empty()) return true;
  }
  return false;
}

// What is shown of a hierarchy where it can't be mounted for the container
// alone: its cgroup, or, never to be written to (CVE-2023-25809), all cgroups.
struct Part {
  std::string path;
  MountAttributes attributes;
};
Part PartOf(const Context& context, const host::CgroupDirectory& hierarchy,
            MountFlags flags) {
  const MountAttributes attributes = ToAttributes(flags, {}).set;
  const host::CgroupDirectory* own = OwnCgroup(context, hierarchy.controllers);
  if (own != nullptr) return {own->path, attributes};
  return {hierarchy.path, attributes | kAttrReadonly};
}

void PlanHierarchy(const Context& context, const std::string& destination,
                   const host::CgroupDirectory& hierarchy, MountFlags flags) {
  const step::Place<Text> target = InContainer(context.spec, destination);
  const Part part = PartOf(context, hierarchy, flags);
  const bool v2 = hierarchy.controllers.empty();
  // Without a cgroup namespace a mount shows the whole hierarchy, where the
  // files of all others are in reach: cgroup.kill, for one.
  if (!context.namespaces.has(kNewCgroup)) {
    context.plan.Add(
        Actor::kInit,
        step::BindMount<Text>{OnHost(part.path), target, part.attributes,
                              /*recursive=*/false, context.facts.mount_api});
    return;
  }
  step::MountFilesystem<Text> step;
  step.type = v2 ? "cgroup2" : "cgroup";
  step.source = "cgroup";
  step.target = target;
  step.flags = flags;
  step.data = hierarchy.controllers;
  step.api = context.facts.mount_api;
  if (context.in_user_namespace()) {
    step.substitute = part.path;
    step.substitute_attributes = part.attributes;
  }
  context.plan.Add(Actor::kInit, step);
}

// "cpu" and "cpuacct" beside "cpu,cpuacct".
void PlanControllerLinks(const Context& context, const std::string& destination,
                         const host::CgroupDirectory& hierarchy) {
  const std::vector<std::string> controllers =
      absl::StrSplit(hierarchy.controllers, ',');
  if (controllers.size() < 2 || !HasRootfs(context.spec)) return;
  for (const std::string& controller : controllers) {
    context.plan.Add(
        Actor::kInit,
        step::MakeSymlink<Text>{absl::StrCat(destination, "/", controller),
                                NameOf(hierarchy)});
  }
}

}  // namespace

void PlanCgroups(const Context& context, const spec::Mount& mount) {
  const std::string destination = path::CleanPath(mount.destination);
  const std::vector<host::CgroupDirectory>& hierarchies =
      context.facts.cgroup_mounts;
  if (mount.optional && hierarchies.empty()) return;
  if (mount.type == "cgroup2" || !HasV1(hierarchies)) {
    PlanHierarchy(context, destination, {"", kHostsCgroups}, mount.flags);
    return;
  }
  const step::Place<Text> target = InContainer(context.spec, destination);
  step::MountFilesystem<Text> top;
  top.type = "tmpfs";
  top.source = "tmpfs";
  top.target = target;
  top.flags = mount.flags.without(kMountReadonly);
  top.data = "mode=755";
  top.api = context.facts.mount_api;
  context.plan.Add(Actor::kInit, top);
  for (const host::CgroupDirectory& hierarchy : hierarchies) {
    PlanHierarchy(context, absl::StrCat(destination, "/", NameOf(hierarchy)),
                  hierarchy, mount.flags);
    PlanControllerLinks(context, destination, hierarchy);
  }
  if (mount.flags.has(kMountReadonly)) {
    context.plan.Add(Actor::kInit,
                     step::SetMountAttributes<Text>{target, kAttrReadonly,
                                                    context.facts.mount_api});
  }
}

}  // namespace chmdocker::mounts
