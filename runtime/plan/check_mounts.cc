#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "runtime/base/flags.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::FdSlot;
using step::StepKind;
using Text = std::string;

bool JoinsMount(const Timeline& timeline) {
  const size_t at = Find(timeline, StepKind::kJoinNamespaces);
  if (at == kNowhere) return false;
  for (const std::string& entry :
       std::get<step::JoinNamespaces<Text>>(timeline[at].step).namespaces) {
    if (absl::StartsWith(entry, "mount:")) return true;
  }
  return false;
}

// Whether a step looks into the rootfs through its descriptor.
bool UsesRootfs(const step::Step& step) {
  const auto in_rootfs = [](const step::Place<Text>& place) {
    return place.slot == FdSlot::kRootfs;
  };
  if (const auto* mount = std::get_if<step::MountFilesystem<Text>>(&step)) {
    return in_rootfs(mount->target);
  }
  if (const auto* bind = std::get_if<step::BindMount<Text>>(&step)) {
    return in_rootfs(bind->source) || in_rootfs(bind->target);
  }
  if (const auto* set = std::get_if<step::SetMountAttributes<Text>>(&step)) {
    return in_rootfs(set->target);
  }
  if (const auto* set = std::get_if<step::SetPropagation<Text>>(&step)) {
    return in_rootfs(set->target);
  }
  if (const auto* terminal = std::get_if<step::OpenTerminal<Text>>(&step)) {
    return in_rootfs(terminal->multiplexer) || terminal->bind_console;
  }
  if (const auto* null = std::get_if<step::NullStdin<Text>>(&step)) {
    return in_rootfs(null->device);
  }
  const StepKind kind = step::KindOf(step);
  return kind == StepKind::kMakeDevice || kind == StepKind::kMakeDirectory ||
         kind == StepKind::kMakeSymlink || kind == StepKind::kMaskPath ||
         kind == StepKind::kPivotRoot || kind == StepKind::kMoveRoot;
}

}  // namespace

absl::Status CheckPropagation(const Timeline& timeline) {
  const bool mount_namespace =
      Made(timeline).has(kNewMount) || JoinsMount(timeline);
  const size_t set = Find(timeline, StepKind::kSetPropagation);
  for (size_t i = 0; i < timeline.size(); ++i) {
    const StepKind kind = step::KindOf(timeline[i].step);
    if (!Mounts(kind) && kind != StepKind::kSetPropagation) continue;
    if (!mount_namespace) {
      return Broken(timeline, i, "would change the host's mounts");
    }
    if (i < set) {
      return Broken(timeline, i, "would propagate to the host");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRootfs(const Timeline& timeline) {
  const size_t opened = Find(timeline, StepKind::kOpenRootfs);
  const size_t pivoted = std::min(Find(timeline, StepKind::kPivotRoot),
                                  Find(timeline, StepKind::kMoveRoot));
  if ((opened == kNowhere) != (pivoted == kNowhere) ||
      Count(timeline, StepKind::kOpenRootfs) > 1 ||
      Count(timeline, StepKind::kPivotRoot) +
              Count(timeline, StepKind::kMoveRoot) >
          1) {
    return Broken(timeline, opened == kNowhere ? 0 : opened,
                  "OpenRootfs and PivotRoot come together, once");
  }
  const size_t overlay = Find(timeline, StepKind::kMountOverlay);
  if (overlay != kNowhere && (opened == kNowhere || overlay > opened)) {
    return Broken(timeline, overlay, "is for the rootfs, before it is opened");
  }
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (UsesRootfs(timeline[i].step) && (opened == kNowhere || i < opened)) {
      return Broken(timeline, i, "the rootfs is not open yet");
    }
    const StepKind kind = step::KindOf(timeline[i].step);
    const bool needs_old_root = UsesRootfs(timeline[i].step) || Mounts(kind) ||
                                kind == StepKind::kNullStdin ||
                                kind == StepKind::kOpenTerminal;
    if (pivoted != kNowhere && i > pivoted && needs_old_root) {
      return Broken(timeline, i, "the old root is gone by then");
    }
    if (pivoted != kNowhere && i < pivoted &&
        kind == StepKind::kChangeDirectory) {
      return Broken(timeline, i, "would leave the command outside its root");
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
