// Pure: new file systems.
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/flags.h"
#include "runtime/mounts/mount_options.h"
#include "runtime/mounts/plan_parts.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {
namespace {

using step::Actor;
using Text = std::string;

// Whether the specification's own map has the group; of maps that are not its
// own, or that may be given up, nothing is known.
bool IsMappedGroup(const spec::ContainerSpec& spec, absl::string_view group) {
  if (spec.user_namespace == spec::UserNamespace::kIfUnprivileged) return false;
  uint32_t gid = 0;
  if (!absl::SimpleAtoi(group, &gid)) return true;
  for (const spec::IdMapping& mapping : spec.gid_mappings) {
    if (gid >= mapping.container_id &&
        gid - mapping.container_id < mapping.size) {
      return true;
    }
  }
  return false;
}

bool HasOption(absl::string_view data, absl::string_view name) {
  for (const absl::string_view option : absl::StrSplit(data, ',')) {
    if (absl::StartsWith(option, absl::StrCat(name, "="))) return true;
  }
  return false;
}

// File systems whose files all get the label of the mount, if there is one.
bool TakesLabel(absl::string_view type) {
  return type != "proc" && type != "sysfs" && type != "mqueue";
}

std::string DataFor(const Context& context, const spec::Mount& mount) {
  std::vector<std::string> options =
      absl::StrSplit(mount.data, ',', absl::SkipEmpty());
  // In a user namespace, new or the caller's, an option that names a group
  // that is not mapped is EINVAL; the terminals then belong to the caller's
  // group.
  if (mount.type == "devpts" && context.in_user_namespace()) {
    std::erase_if(options, [&](absl::string_view option) {
      return absl::ConsumePrefix(&option, "gid=") &&
             !IsMappedGroup(context.spec, option);
    });
  }
  if (!context.spec.mount_label.empty() && TakesLabel(mount.type) &&
      !HasOption(mount.data, "context")) {
    options.push_back(
        absl::StrCat("context=\"", context.spec.mount_label, "\""));
  }
  return absl::StrJoin(options, ",");
}

// What stands in for a file system that a user namespace may mount only if it
// also owns the network, or the message queues, that the type shows; and for a
// /proc, of which no part of the host's may be hidden: the kernel's
// mount_too_revealing().
void AddSubstitute(const Context& context, const spec::Mount& mount,
                   step::MountFilesystem<Text>& step) {
  if (!context.in_user_namespace()) return;
  const MountAttributes attributes = ToAttributes(step.flags, {}).set;
  if (step.type == "sysfs") {
    step.substitute = "/sys";
    step.substitute_attributes = attributes | kAttrReadonly;
  } else if (step.type == "mqueue") {
    step.substitute = "/dev/mqueue";
    step.substitute_attributes = attributes;
  } else if (step.type == "proc" && mount.may_be_weaker) {
    step.weaker_data =
        absl::StrCat(step.data, step.data.empty() ? "" : ",", "subset=pid");
    step.substitute = "/proc";
    step.substitute_attributes = attributes;
  }
}

// Paths in /proc and /sys are hidden and write-protected by name, and devices
// made in /dev.
bool NeedsItsName(const spec::Mount& mount, absl::string_view destination) {
  return mount.type == "proc" || mount.type == "sysfs" ||
         destination == "/proc" || destination == "/sys" ||
         destination == "/dev";
}

}  // namespace

bool IsReadonlyLater(const spec::Mount& mount) {
  return !mount.bind && mount.flags.has(kMountReadonly) &&
         !mount.flags.has(kMountRemount) &&
         (mount.type == "tmpfs" ||
          path::CleanPath(mount.destination) == "/dev");
}

void PlanFilesystem(const Context& context, const spec::Mount& mount) {
  const std::string destination = path::CleanPath(mount.destination);
  step::MountFilesystem<Text> step;
  step.type = mount.type;
  step.source = mount.source;
  step.target = InContainer(context.spec, destination);
  // A new file system has nothing below it that could be meant instead.
  step.flags = (mount.flags | ToMountFlags(mount.recursive_set))
                   .without(kMountRecursive);
  if (IsReadonlyLater(mount)) step.flags = step.flags.without(kMountReadonly);
  step.data = DataFor(context, mount);
  step.api = context.facts.mount_api;
  if (!step.flags.has(kMountRemount)) {
    if (NeedsItsName(mount, destination)) {
      step.links = step::TargetLinks::kForbidden;
    } else if (mount.destination_nofollow) {
      step.links = step::TargetLinks::kNoFollow;
    }
    step.inherit_mode = mount.type == "tmpfs" && !HasOption(mount.data, "mode");
    step.copy_up = mount.copy_up;
    AddSubstitute(context, mount, step);
  }
  // ENODEV: the kernel was built without this file system.
  context.plan.Add(Actor::kInit, step, mount.optional ? ENODEV : 0);
}

}  // namespace chmdocker::mounts
