#include "runtime/plan/check_plan.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

using step::Actor;
using step::FdSlot;
using step::StepKind;
using Text = std::string;
using Timeline = std::vector<step::TimelineEntry>;

constexpr size_t kNowhere = static_cast<size_t>(-1);

absl::Status Broken(const Timeline& timeline, size_t at,
                    absl::string_view invariant) {
  return absl::InternalError(
      absl::StrCat("plan: step ", at + 1, "/", timeline.size(), " ",
                   step::Explain(timeline[at].step), ": ", invariant));
}

size_t Count(const Timeline& timeline, StepKind kind) {
  size_t count = 0;
  for (const step::TimelineEntry& entry : timeline) {
    count += step::KindOf(entry.step) == kind;
  }
  return count;
}

// The first step of a kind.
size_t Find(const Timeline& timeline, StepKind kind) {
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (step::KindOf(timeline[i].step) == kind) return i;
  }
  return kNowhere;
}

bool MayExecute(Actor actor, StepKind kind) {
  switch (kind) {
    case StepKind::kClone:
    case StepKind::kSendProcess:
    case StepKind::kReceiveProcess:
    case StepKind::kMapIds:
    case StepKind::kReceiveTerminal:
    case StepKind::kRunHooks:
    case StepKind::kSendMount:
      return actor == Actor::kParent;
    case StepKind::kDenySetgroups:
    case StepKind::kWriteIdMap:
    case StepKind::kExecInit:
      return actor == Actor::kChild;
    case StepKind::kSignal:
    case StepKind::kAwait:
      return actor != Actor::kChild;
    case StepKind::kEnterCgroup:
    case StepKind::kJoinNamespaces:
    case StepKind::kJoinProcess:
    case StepKind::kNewTimeNamespace:
    case StepKind::kFork:
    case StepKind::kBecomeRoot:
    case StepKind::kNewCgroupNamespace:
    case StepKind::kHideMemory:
    case StepKind::kDieWithParent:
    case StepKind::kOutliveParent:
    case StepKind::kAwaitStart:
    case StepKind::kNewSession:
    case StepKind::kResetSignals:
    case StepKind::kSetHostname:
    case StepKind::kBringUpLoopback:
    case StepKind::kSetDomainname:
    case StepKind::kSetOomScore:
    case StepKind::kSetRlimit:
    case StepKind::kSetScheduler:
    case StepKind::kSetIoPriority:
    case StepKind::kSetCpuAffinity:
    case StepKind::kSetPersonality:
    case StepKind::kSetMemoryPolicy:
    case StepKind::kSetSysctl:
    case StepKind::kSetUmask:
    case StepKind::kSetExecLabel:
    case StepKind::kJoinKeyring:
    case StepKind::kSetPropagation:
    case StepKind::kOpenRootfs:
    case StepKind::kMountFilesystem:
    case StepKind::kBindMount:
    case StepKind::kSetMountAttributes:
    case StepKind::kMakeDevice:
    case StepKind::kMakeDirectory:
    case StepKind::kMakeSymlink:
    case StepKind::kMaskPath:
    case StepKind::kPivotRoot:
    case StepKind::kMoveRoot:
    case StepKind::kOpenTerminal:
    case StepKind::kNullStdin:
    case StepKind::kChangeDirectory:
    case StepKind::kFindExecutable:
    case StepKind::kFindHome:
    case StepKind::kNoNewPrivileges:
    case StepKind::kLoadSeccomp:
    case StepKind::kLimitCapabilities:
    case StepKind::kGiveTerminal:
    case StepKind::kSetUser:
    case StepKind::kSetCapabilities:
    case StepKind::kCloseFds:
    case StepKind::kExec:
      return actor == Actor::kInit;
  }
  return false;
}

absl::Status CheckActors(const Timeline& timeline) {
  if (Count(timeline, StepKind::kClone) != 1 ||
      Find(timeline, StepKind::kClone) != 0 ||
      Count(timeline, StepKind::kExecInit) != 1) {
    return Broken(timeline, 0,
                  "a plan begins with its only Clone and has one ExecInit");
  }
  const size_t init_starts = Find(timeline, StepKind::kExecInit);
  for (size_t i = 0; i < timeline.size(); ++i) {
    const Actor actor = timeline[i].actor;
    if (!MayExecute(actor, step::KindOf(timeline[i].step))) {
      return Broken(timeline, i, "belongs to another actor");
    }
    const bool childs = i > 0 && i <= init_starts;
    if (childs != (actor == Actor::kChild)) {
      return Broken(timeline, i,
                    "the child acts between Clone and ExecInit, and only then "
                    "only it");
    }
  }
  return absl::OkStatus();
}

// The namespaces that a plan makes, by Clone and by Fork.
CloneFlags Made(const Timeline& timeline) {
  CloneFlags made;
  for (const step::TimelineEntry& entry : timeline) {
    if (const auto* clone = std::get_if<step::Clone<Text>>(&entry.step)) {
      made |= clone->namespaces;
    }
    if (const auto* fork = std::get_if<step::Fork<Text>>(&entry.step)) {
      made |= fork->namespaces;
    }
  }
  return made;
}

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

// Init hides from the processes that it joins before it does.
absl::Status CheckJoin(const Timeline& timeline) {
  const size_t hide = Find(timeline, StepKind::kHideMemory);
  const size_t sent = Find(timeline, StepKind::kSendProcess);
  const size_t join = Find(timeline, StepKind::kJoinProcess);
  if ((sent == kNowhere) != (join == kNowhere)) {
    return Broken(timeline, sent == kNowhere ? join : sent,
                  "init joins the process that the parent sends");
  }
  if (join != kNowhere && (hide == kNowhere || hide > join || sent > join)) {
    return Broken(timeline, join, "the container could reach into init");
  }
  return absl::OkStatus();
}

bool Mounts(StepKind kind) {
  return kind == StepKind::kOpenRootfs || kind == StepKind::kMountFilesystem ||
         kind == StepKind::kBindMount ||
         kind == StepKind::kSetMountAttributes || kind == StepKind::kMaskPath ||
         kind == StepKind::kPivotRoot || kind == StepKind::kMoveRoot;
}

bool JoinsMount(const Timeline& timeline) {
  const size_t at = Find(timeline, StepKind::kJoinNamespaces);
  if (at == kNowhere) return false;
  for (const std::string& entry :
       std::get<step::JoinNamespaces<Text>>(timeline[at].step).namespaces) {
    if (absl::StartsWith(entry, "mount:")) return true;
  }
  return false;
}

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

// Both sides go through their steps in order, so what is sent and what is
// taken correspond one to one.
absl::Status CheckSentMounts(const Timeline& timeline) {
  size_t sent = 0;
  size_t taken = 0;
  for (size_t i = 0; i < timeline.size(); ++i) {
    sent += step::KindOf(timeline[i].step) == StepKind::kSendMount;
    const auto* bind = std::get_if<step::BindMount<Text>>(&timeline[i].step);
    if (bind == nullptr || bind->source.slot != FdSlot::kSent) continue;
    if (++taken > sent) {
      return Broken(timeline, i, "the parent has not sent it yet");
    }
  }
  if (sent == taken) return absl::OkStatus();
  return Broken(timeline, Find(timeline, StepKind::kSendMount),
                "init does not take the mount that is sent");
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

// Rights are given up once what takes them is done, and in the only order in
// which the kernel lets them be.
absl::Status CheckPrivileges(const Timeline& timeline) {
  const size_t limit = Find(timeline, StepKind::kLimitCapabilities);
  const size_t user = Find(timeline, StepKind::kSetUser);
  const size_t set = Find(timeline, StepKind::kSetCapabilities);
  if ((limit == kNowhere) != (set == kNowhere) || limit > set) {
    return Broken(timeline, limit == kNowhere ? set : limit,
                  "the bounding set is limited before the others are set");
  }
  if (user != kNowhere && set != kNowhere && (user < limit || user > set)) {
    return Broken(timeline, user,
                  "the user changes between the two steps of capabilities");
  }
  const size_t first = std::min({limit, user, set});
  for (size_t i = first; i < timeline.size() && first != kNowhere; ++i) {
    const StepKind kind = step::KindOf(timeline[i].step);
    if (Mounts(kind) || kind == StepKind::kMakeDevice ||
        kind == StepKind::kSetRlimit || kind == StepKind::kAwaitStart ||
        kind == StepKind::kFork || kind == StepKind::kSetSysctl) {
      return Broken(timeline, i, "needs rights that are given up by then");
    }
  }
  return absl::OkStatus();
}

// A filter comes last if it can, and with CAP_SYS_ADMIN otherwise.
absl::Status CheckFilter(const Timeline& timeline) {
  const size_t filter = Find(timeline, StepKind::kLoadSeccomp);
  if (filter == kNowhere) return absl::OkStatus();
  if (Count(timeline, StepKind::kLoadSeccomp) > 1) {
    return Broken(timeline, filter, "there is more than one filter");
  }
  const size_t no_new = Find(timeline, StepKind::kNoNewPrivileges);
  if (no_new != kNowhere) {
    if (no_new < filter && filter == timeline.size() - 2) {
      return absl::OkStatus();
    }
    return Broken(timeline, filter,
                  "with no_new_privs a filter is loaded right before Exec");
  }
  for (const StepKind kind : {StepKind::kSetUser, StepKind::kSetCapabilities}) {
    const size_t at = Find(timeline, kind);
    if (at < filter) {
      return Broken(timeline, filter,
                    "without no_new_privs it takes rights to load a filter");
    }
  }
  const size_t gate = Find(timeline, StepKind::kAwaitStart);
  if (gate != kNowhere && filter < gate) {
    return Broken(timeline, filter, "it would filter the wait for the start");
  }
  return absl::OkStatus();
}

absl::Status CheckEnd(const Timeline& timeline) {
  const size_t exec = Find(timeline, StepKind::kExec);
  const size_t close = Find(timeline, StepKind::kCloseFds);
  const size_t last = timeline.size() - 1;
  if (exec == last && close != kNowhere &&
      (close + 1 == exec ||
       (close + 2 == exec &&
        step::KindOf(timeline[close + 1].step) == StepKind::kLoadSeccomp))) {
    return absl::OkStatus();
  }
  return Broken(timeline, last,
                "a plan ends with its only CloseFds and its only Exec");
}

constexpr absl::Status (*kInvariants[])(const Timeline&) = {
    CheckActors,      CheckIdMaps,     CheckParentDeath, CheckJoin,
    CheckPropagation, CheckRootfs,     CheckSentMounts,  CheckTerminal,
    CheckBarriers,    CheckPrivileges, CheckFilter,      CheckEnd,
};

}  // namespace

absl::Status CheckPlan(const step::SetupPlan& plan) {
  if (plan.timeline.empty()) {
    return absl::InternalError("plan: there are no steps");
  }
  for (const auto invariant : kInvariants) {
    CHM_RETURN_IF_ERROR(invariant(plan.timeline));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::plan
