// The hooks of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_HOOKS_H_
#define CHMDOCKER_RUNTIME_OCI_READ_HOOKS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/oci/json.h"
#include "runtime/spec/hooks.h"

namespace chmdocker::oci {

struct HookKind {
  absl::string_view name;
  std::vector<spec::Hook> spec::Hooks::* hooks;
};

// In the order in which they run.
absl::Span<const HookKind> HookKinds();

void ReadHooks(const Value& value, spec::Hooks& hooks);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_HOOKS_H_
