#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/plan/invariants.h"
#include "runtime/plan/timeline.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::StepKind;
using Text = std::string;

// By the child itself, for the user namespace that Clone makes.
absl::Status CheckOwnMaps(const Timeline& timeline) {
  size_t maps[2] = {0, 0};
  bool denied = false;
  for (size_t i = 0; i < timeline.size(); ++i) {
    denied |= step::KindOf(timeline[i].step) == StepKind::kDenySetgroups;
    const auto* map = std::get_if<step::WriteIdMap<Text>>(&timeline[i].step);
    if (map == nullptr) continue;
    if (!std::get<step::Clone<Text>>(timeline[0].step)
             .namespaces.has(kNewUser)) {
      return Broken(timeline, i, "there is no new user namespace to map");
    }
    if (map->kind == step::IdKind::kGroup && !denied) {
      return Broken(timeline, i, "setgroups is not denied before");
    }
    ++maps[map->kind == step::IdKind::kGroup];
  }
  const bool wanted =
      std::get<step::Clone<Text>>(timeline[0].step).namespaces.has(kNewUser);
  if (wanted && (maps[0] != 1 || maps[1] != 1)) {
    return Broken(timeline, 0, "a new user namespace wants both maps, once");
  }
  return absl::OkStatus();
}

// Where init joins namespaces whose processes may trace it.
size_t FindMeeting(const Timeline& timeline) {
  const size_t at = Find(timeline, StepKind::kJoinNamespaces);
  if (at == kNowhere) return kNowhere;
  for (const std::string& entry :
       std::get<step::JoinNamespaces<Text>>(timeline[at].step).namespaces) {
    if (absl::StartsWith(entry, "user:") || absl::StartsWith(entry, "pid:")) {
      return at;
    }
  }
  return kNowhere;
}

}  // namespace

// By the parent, for the one that Fork makes.
absl::Status CheckIdMaps(const Timeline& timeline) {
  CHM_RETURN_IF_ERROR(CheckOwnMaps(timeline));
  const size_t fork = Find(timeline, StepKind::kFork);
  const size_t received = Find(timeline, StepKind::kReceiveProcess);
  const size_t mapped = Find(timeline, StepKind::kMapIds);
  if ((fork == kNowhere) != (received == kNowhere) ||
      Count(timeline, StepKind::kFork) > 1 ||
      Count(timeline, StepKind::kReceiveProcess) > 1 ||
      (fork != kNowhere && received < fork)) {
    return Broken(timeline, fork == kNowhere ? received : fork,
                  "the parent receives the one process that init makes");
  }
  const bool wanted =
      fork != kNowhere &&
      std::get<step::Fork<Text>>(timeline[fork].step).namespaces.has(kNewUser);
  if (Count(timeline, StepKind::kMapIds) != (wanted ? 1U : 0U)) {
    return Broken(timeline, wanted ? fork : mapped,
                  "ids are mapped exactly in a new user namespace");
  }
  if (wanted && mapped < received) {
    return Broken(timeline, mapped, "there is no process to map yet");
  }
  const size_t root = Find(timeline, StepKind::kBecomeRoot);
  if (wanted && (root == kNowhere || root < mapped)) {
    return Broken(timeline, fork, "init becomes root once its ids are mapped");
  }
  return absl::OkStatus();
}

// Whether the end of chmdocker ends the container: from DieWithParent to
// OutliveParent. The kernel forgets it with a change of user.
absl::Status CheckParentDeath(const Timeline& timeline) {
  const size_t die = Find(timeline, StepKind::kDieWithParent);
  const size_t outlive = Find(timeline, StepKind::kOutliveParent);
  const size_t gate = Find(timeline, StepKind::kAwaitStart);
  if (gate != kNowhere && (outlive == kNowhere || outlive > gate)) {
    return Broken(timeline, gate, "who creates a container does not wait");
  }
  if (outlive != kNowhere && (die == kNowhere || die > outlive)) {
    return Broken(timeline, outlive, "it was never asked to die");
  }
  for (const StepKind kind : {StepKind::kFork, StepKind::kBecomeRoot}) {
    const size_t at = Find(timeline, kind);
    if (at != kNowhere && die != kNowhere && die < at) {
      return Broken(timeline, at, "it would no longer die with its parent");
    }
  }
  return absl::OkStatus();
}

// setns(2) refuses a process whose memory another one has, too: what Fork made,
// until the one it came from has been reaped.
absl::Status CheckTime(const Timeline& timeline) {
  const size_t time = Find(timeline, StepKind::kNewTimeNamespace);
  if (time == kNowhere || Find(timeline, StepKind::kFork) == kNowhere) {
    return absl::OkStatus();
  }
  for (size_t i = 0; i < time; ++i) {
    const auto* await = std::get_if<step::Await<Text>>(&timeline[i].step);
    if (await != nullptr && await->barrier == "adopted") {
      return absl::OkStatus();
    }
  }
  return Broken(timeline, time, "another process still has init's memory");
}

// Init hides from the processes that it joins before it does.
absl::Status CheckJoin(const Timeline& timeline) {
  const size_t join = Find(timeline, StepKind::kJoinProcess);
  const size_t hide = Find(timeline, StepKind::kHideMemory);
  const size_t meets = std::min(join, FindMeeting(timeline));
  if (meets != kNowhere && (hide == kNowhere || hide > meets)) {
    return Broken(timeline, meets, "the container could reach into init");
  }
  return absl::OkStatus();
}

absl::Status CheckTerminal(const Timeline& timeline) {
  const size_t opened = Find(timeline, StepKind::kOpenTerminal);
  const size_t received = Find(timeline, StepKind::kReceiveTerminal);
  if (Count(timeline, StepKind::kOpenTerminal) > 1 ||
      Count(timeline, StepKind::kOpenTerminal) !=
          Count(timeline, StepKind::kReceiveTerminal)) {
    return Broken(timeline, opened == kNowhere ? received : opened,
                  "the parent receives the one terminal that init opens");
  }
  if (opened == kNowhere) return absl::OkStatus();
  if (received < opened) {
    return Broken(timeline, received, "no terminal is open yet");
  }
  const size_t session = Find(timeline, StepKind::kNewSession);
  if (session == kNowhere || session > opened) {
    return Broken(timeline, opened, "only a session leader adopts a terminal");
  }
  return absl::OkStatus();
}

absl::Status CheckBarriers(const Timeline& timeline) {
  struct Ends {
    size_t signal = kNowhere;
    size_t await = kNowhere;
  };
  std::map<std::string, Ends> barriers;
  for (size_t i = 0; i < timeline.size(); ++i) {
    size_t* end = nullptr;
    if (const auto* s = std::get_if<step::Signal<Text>>(&timeline[i].step)) {
      end = &barriers[s->barrier].signal;
    }
    if (const auto* a = std::get_if<step::Await<Text>>(&timeline[i].step)) {
      end = &barriers[a->barrier].await;
    }
    if (end == nullptr) continue;
    if (*end != kNowhere) return Broken(timeline, i, "a second of its kind");
    *end = i;
  }
  for (const auto& [name, ends] : barriers) {
    if (ends.signal == kNowhere || ends.await == kNowhere) {
      return Broken(timeline,
                    ends.signal == kNowhere ? ends.await : ends.signal,
                    "its other half is missing");
    }
    if (ends.await < ends.signal ||
        timeline[ends.await].actor == timeline[ends.signal].actor) {
      return Broken(timeline, ends.await,
                    "nobody else signals it before, so it would wait for ever");
    }
  }
  return absl::OkStatus();
}

// Init enters them by paths of the host, and a cgroup namespace shows what its
// maker was in.
absl::Status CheckCgroups(const Timeline& timeline) {
  const size_t enter = Find(timeline, StepKind::kEnterCgroup);
  const size_t made = Find(timeline, StepKind::kNewCgroupNamespace);
  if (enter != kNowhere && made < enter) {
    return Broken(timeline, made, "it would show more than the container's");
  }
  for (const StepKind kind : {StepKind::kPivotRoot, StepKind::kMoveRoot}) {
    const size_t at = Find(timeline, kind);
    if (enter != kNowhere && at < enter) {
      return Broken(timeline, enter, "the host's cgroups are out of reach");
    }
  }
  for (size_t i = 0; made != kNowhere && i < made; ++i) {
    const auto* mount =
        std::get_if<step::MountFilesystem<Text>>(&timeline[i].step);
    if (mount != nullptr && absl::StartsWith(mount->type, "cgroup")) {
      return Broken(timeline, i, "it would show the cgroups of others");
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
