#include "runtime/namespaces/namespace_plan.h"

#include <cstdint>
#include <string>
#include <vector>

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

std::string MapText(const std::vector<spec::IdMapping>& mappings) {
  std::string text;
  for (const spec::IdMapping& mapping : mappings) {
    absl::StrAppend(&text, mapping.container_id, " ", mapping.host_id, " ",
                    mapping.size, "\n");
  }
  return text;
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

std::vector<spec::IdMapping> SelfMapping(uint32_t host_id) {
  return {{0, host_id, 1}};
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
             step::WriteIdMap<Text>{step::IdKind::kUser,
                                    MapText(SelfMapping(facts.uid))});
    plan.Add(Actor::kChild,
             step::WriteIdMap<Text>{step::IdKind::kGroup,
                                    MapText(SelfMapping(facts.gid))});
  }
  plan.Add(Actor::kChild, step::ExecInit<Text>{});
}

void PlanHostname(const spec::ContainerSpec& spec, step::SetupPlan& plan) {
  if (spec.hostname.empty()) return;
  plan.Add(Actor::kInit, step::SetHostname<Text>{spec.hostname});
}

}  // namespace chmdocker::namespaces
