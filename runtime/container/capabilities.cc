#include "runtime/container/capabilities.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/capability_names.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/security/privilege_plan.h"
#include "runtime/spec/process.h"

namespace chmdocker::container {
namespace {

void Warn(const Runtime& runtime, spec::CapabilitySet set,
          absl::string_view what) {
  std::vector<absl::string_view> names;
  int number = 0;
  for (const absl::string_view name : CapabilityNames()) {
    if ((set >> number++ & 1) != 0) names.push_back(name);
  }
  if (names.empty()) return;
  runtime.warn(absl::StrCat("process.capabilities: ", what, " ",
                            absl::StrJoin(names, ", ")));
}

}  // namespace

void LeaveOutUngranted(const Runtime& runtime, const host::HostFacts& facts,
                       bool own_user_namespace, spec::Process& process) {
  if (!process.capabilities) return;
  spec::Capabilities& wanted = *process.capabilities;
  if (!own_user_namespace) {
    const spec::CapabilitySet granted = facts.capabilities;
    Warn(runtime,
         (wanted.bounding | wanted.effective | wanted.permitted |
          wanted.inheritable | wanted.ambient) &
             ~granted & ~wanted.optional,
         "left out, as chmdocker does not have it itself:");
    for (spec::CapabilitySet* set :
         {&wanted.bounding, &wanted.effective, &wanted.permitted,
          &wanted.inheritable, &wanted.ambient}) {
      *set &= granted;
    }
  }
  const spec::CapabilitySet raisable = security::RaisableAmbient(wanted);
  Warn(runtime, wanted.ambient & ~raisable,
       "can't be ambient without being permitted and inheritable:");
  wanted.ambient = raisable;
}

}  // namespace chmdocker::container
