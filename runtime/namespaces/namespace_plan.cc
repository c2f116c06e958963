#include "runtime/namespaces/namespace_plan.h"

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/flag_names.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/id_map_text.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::namespaces {
namespace {

using step::Actor;
using Text = std::string;

// The barrier at which the parent has received what Fork made.
constexpr char kAdopted[] = "adopted";

// The map of a user namespace in which the caller is root and nobody else
// exists: all that an unprivileged process may write (user_namespaces(7)).
std::string SelfMap(uint32_t host_id) {
  return spec::IdMapText({{0, host_id, 1}});
}

// Those that a process makes for itself when it is set up, not at its birth.
constexpr CloneFlags kMadeLater = kNewCgroup | kNewTime;

bool Joins(const spec::ContainerSpec& spec, CloneFlags kind) {
  return spec::Joined(spec).has(kind);
}

// A user namespace whose map the specification has: made by init, which may
// still do what takes the host's rights, and mapped by the parent.
bool HasMappedUsers(const spec::ContainerSpec& spec) {
  return spec.namespaces.has(kNewUser);
}

bool NeedsFork(const spec::ContainerSpec& spec) {
  return HasMappedUsers(spec) || Joins(spec, kNewUser) || Joins(spec, kNewPid);
}

std::string OffsetLine(absl::string_view clock,
                       const std::optional<spec::TimeOffset>& offset) {
  if (!offset) return "";
  return absl::StrCat(clock, " ", offset->seconds, " ", offset->nanoseconds,
                      "\n");
}

// EPERM: an ordinary user has no right to, and keeps them.
void PlanLeaveGroups(step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::LeaveGroups<Text>{}, EPERM);
}
// In the user namespace, which gives the right to it, but before the change of
// user: that would take init's own files in /proc from it.
void PlanTime(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  if (!spec.namespaces.has(kNewTime)) return;
  plan.Add(Actor::kInit,
           step::NewTimeNamespace<Text>{absl::StrCat(
               OffsetLine("monotonic", spec.time_offsets.monotonic),
               OffsetLine("boottime", spec.time_offsets.boottime))});
}

void PlanJoins(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  // Whoever is in there already may be no friend of the host's.
  if (Joins(spec, kNewUser) || Joins(spec, kNewPid) ||
      !spec.joined_processes.empty()) {
    plan.Add(Actor::kInit, step::HideMemory<Text>{});
  }
  if (Joins(spec, kNewUser)) PlanLeaveGroups(plan);
  for (const spec::JoinedProcess& joined : spec.joined_processes) {
    PlanSendProcess(plan);
    plan.Add(Actor::kInit, step::JoinProcess<Text>{joined.namespaces});
  }
  if (spec.joined_namespaces.empty()) return;
  std::vector<std::string> entries;
  entries.reserve(spec.joined_namespaces.size());
  for (const spec::JoinedNamespace& joined : spec.joined_namespaces) {
    entries.push_back(
        absl::StrCat(NamespaceWords(joined.kind), ":", joined.path));
  }
  plan.Add(Actor::kInit, step::JoinNamespaces<Text>{entries});
}

void PlanFork(CloneFlags namespaces, step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::Fork<Text>{namespaces});
  plan.Add(Actor::kParent, step::ReceiveProcess<Text>{});
}
void PlanAdopt(step::SetupPlan& plan) {
  plan.Add(Actor::kParent, step::Signal<Text>{kAdopted});
}

void PlanAwaitAdoption(step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::Await<Text>{kAdopted});
}

}  // namespace

CloneFlags NewNamespaces(const spec::ContainerSpec& spec,
                         const host::HostFacts& facts) {
  switch (spec.user_namespace) {
    case spec::UserNamespace::kNever:
      return spec.namespaces;
    case spec::UserNamespace::kIfUnprivileged:
      return facts.can_make_namespaces ? spec.namespaces
                                       : spec.namespaces | kNewUser;
  }
  return spec.namespaces;
}

std::string TakeBirthCgroup(std::vector<std::string>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    absl::string_view directory = *file;
    if (!absl::ConsumeSuffix(&directory, "/cgroup.procs")) continue;
    std::string cgroup(directory);
    files.erase(file);
    return cgroup;
  }
  return "";
}

void PlanStart(const spec::ContainerSpec& spec, const host::HostFacts& facts,
               const std::string& cgroup, step::SetupPlan& plan) {
  if (NeedsFork(spec)) return PlanJoinStart(cgroup, plan);
  const CloneFlags namespaces = NewNamespaces(spec, facts).without(kMadeLater);
  plan.Add(Actor::kParent, step::Clone<Text>{namespaces, cgroup});
  if (namespaces.has(kNewUser)) {
    // By the child itself, before it execs: an exec under an unmapped uid
    // would drop its capabilities.
    plan.Add(Actor::kChild, step::DenySetgroups<Text>{});
    plan.Add(Actor::kChild,
             step::WriteIdMap<Text>{step::IdKind::kUser, SelfMap(facts.uid)});
    plan.Add(Actor::kChild,
             step::WriteIdMap<Text>{step::IdKind::kGroup, SelfMap(facts.gid)});
  }
  plan.Add(Actor::kChild, step::ExecInit<Text>{});
}

void PlanCgroup(const std::vector<std::string>& files, step::SetupPlan& plan) {
  if (files.empty()) return;
  plan.Add(Actor::kInit, step::EnterCgroup<Text>{files});
}

void PlanNamespaces(const spec::ContainerSpec& spec,
                    const host::HostFacts& facts, step::SetupPlan& plan) {
  PlanJoins(spec, plan);
  if (!NeedsFork(spec)) return PlanTime(spec, plan);
  PlanFork(spec.namespaces.without(kMadeLater), plan);
  if (HasMappedUsers(spec)) {
    step::MapIds<Text> map = {spec::IdMapText(spec.uid_mappings),
                              spec::IdMapText(spec.gid_mappings)};
    if (spec.user_namespace == spec::UserNamespace::kIfUnprivileged) {
      map.else_user = SelfMap(facts.uid);
      map.else_group = SelfMap(facts.gid);
    }
    plan.Add(Actor::kParent, std::move(map));
  }
  PlanAdopt(plan);
  PlanAwaitAdoption(plan);
  PlanTime(spec, plan);
  if (HasMappedUsers(spec) || Joins(spec, kNewUser)) {
    plan.Add(Actor::kInit, step::BecomeRoot<Text>{});
  }
}

void PlanCgroupNamespace(const spec::ContainerSpec& spec,
                         step::SetupPlan& plan) {
  if (!spec.namespaces.has(kNewCgroup)) return;
  plan.Add(Actor::kInit, step::NewCgroupNamespace<Text>{});
}

void PlanJoinStart(const std::string& cgroup, step::SetupPlan& plan) {
  plan.Add(Actor::kParent, step::Clone<Text>{{}, cgroup});
  plan.Add(Actor::kChild, step::ExecInit<Text>{});
}

void PlanSendProcess(step::SetupPlan& plan) {
  plan.Add(Actor::kParent, step::SendProcess<Text>{});
}

void PlanJoin(CloneFlags namespaces, step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::HideMemory<Text>{});
  if (namespaces.has(kNewUser)) PlanLeaveGroups(plan);
  plan.Add(Actor::kInit, step::JoinProcess<Text>{namespaces});
  if (namespaces.has(kNewPid)) {
    PlanFork({}, plan);
    PlanAdopt(plan);
  }
  if (namespaces.has(kNewUser)) {
    plan.Add(Actor::kInit, step::BecomeRoot<Text>{});
  }
}

void PlanJoined(CloneFlags namespaces, step::SetupPlan& plan) {
  if (namespaces.has(kNewPid)) PlanAwaitAdoption(plan);
}

void PlanHostname(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  if (!spec.hostname.empty()) {
    plan.Add(Actor::kInit, step::SetHostname<Text>{spec.hostname});
  }
  if (!spec.domainname.empty()) {
    plan.Add(Actor::kInit, step::SetDomainname<Text>{spec.domainname});
  }
}

void PlanLoopback(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  // In the tutorial's container it is down, as a new one is.
  if (!spec.namespaces.has(kNewNet) || spec.root.path.empty()) return;
  // EPERM: root of a container that this is in need not have CAP_NET_ADMIN.
  plan.Add(Actor::kInit, step::BringUpLoopback<Text>{}, EPERM);
}

}  // namespace chmdocker::namespaces
