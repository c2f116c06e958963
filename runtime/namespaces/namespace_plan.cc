#include "runtime/namespaces/namespace_plan.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::namespaces {
namespace {

using step::Actor;
using Text = std::string;

// The map of a user namespace in which the caller is root and nobody else
// exists: all that an unprivileged process may write (user_namespaces(7)).
std::string SelfMap(uint32_t host_id) {
  return absl::StrCat("0 ", host_id, " 1\n");
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

void PlanStart(const spec::ContainerSpec& spec, const host::HostFacts& facts,
               step::SetupPlan& plan) {
  const CloneFlags namespaces = NewNamespaces(spec, facts);
  plan.Add(Actor::kParent, step::Clone<Text>{namespaces});
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

void PlanHostname(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  if (spec.hostname.empty()) return;
  plan.Add(Actor::kInit, step::SetHostname<Text>{spec.hostname});
}

}  // namespace chmdocker::namespaces
