// Pure: bind mounts of the configuration, and other changes to what is mounted
// already.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/mounts/mount_options.h"
#include "runtime/mounts/plan_parts.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/id_map_text.h"
#include "runtime/spec/mount.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::mounts {
namespace {

using step::Actor;
using Text = std::string;

absl::Status NeedsNewCalls(size_t index, absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("mounts[", index, "].options: ", what,
                   " need Linux 5.12 (mount_setattr), which this host lacks or "
                   "forbids"));
}

step::SourceLinks SourceLinksOf(const spec::Mount& mount) {
  if (mount.copy_symlink) return step::SourceLinks::kCopy;
  return mount.source_nofollow ? step::SourceLinks::kNoFollow
                               : step::SourceLinks::kFollow;
}

// A symlink in the place of these would take what is mounted out of reach of
// the paths that protect parts of it.
bool IsFixedPoint(absl::string_view destination) {
  return destination == "/proc" || destination == "/sys" ||
         destination == "/dev";
}

step::TargetLinks TargetLinksOf(const spec::Mount& mount,
                                absl::string_view destination) {
  if (IsFixedPoint(destination)) return step::TargetLinks::kForbidden;
  return mount.destination_nofollow ? step::TargetLinks::kNoFollow
                                    : step::TargetLinks::kFollow;
}

void PlanSentMount(const Context& context, const spec::Mount& mount) {
  context.plan.Add(
      Actor::kParent,
      step::SendMount<Text>{mount.source, mount.recursive,
                            mount.id_mapped == spec::IdMapped::kRecursive,
                            SourceLinksOf(mount),
                            spec::IdMapText(mount.uid_mappings),
                            spec::IdMapText(mount.gid_mappings)});
}

}  // namespace

absl::Status PlanBind(const Context& context, size_t index) {
  const spec::Mount& mount = context.spec.mounts[index];
  const AttributeChange one = ToAttributes(mount.flags, mount.cleared);
  AttributeChange all =
      Complete({mount.recursive_set, mount.recursive_cleared});
  if (mount.recursive_optional && !context.has_new_calls()) all = {};
  if (!all.empty() && !context.has_new_calls()) {
    return NeedsNewCalls(index, "recursive attributes");
  }
  const bool mapped = mount.id_mapped != spec::IdMapped::kNo;
  if (mapped && !context.has_new_calls()) {
    return NeedsNewCalls(index, "ID-mapped mounts");
  }
  const std::string destination = path::CleanPath(mount.destination);
  const step::Place<Text> target = InContainer(context.spec, destination);
  if (mount.flags.has(kMountRemount)) {
    context.plan.Add(Actor::kInit,
                     step::SetMountAttributes<Text>{
                         target, one.set | all.set, context.facts.mount_api,
                         one.cleared | all.cleared, !all.empty()});
    return absl::OkStatus();
  }
  if (mapped) PlanSentMount(context, mount);
  context.plan.Add(
      Actor::kInit,
      step::BindMount<Text>{
          {mapped ? step::FdSlot::kSent : step::FdSlot::kRoot, mount.source},
          target,
          one.set,
          mount.recursive,
          context.facts.mount_api,
          one.cleared,
          all.set,
          all.cleared,
          SourceLinksOf(mount),
          TargetLinksOf(mount, destination),
          mount.fills_source},
      mount.optional ? ENOTDIR : 0);
  return absl::OkStatus();
}

}  // namespace chmdocker::mounts
