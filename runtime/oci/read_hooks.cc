#include "runtime/oci/read_hooks.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/types/span.h"
#include "runtime/oci/json.h"
#include "runtime/spec/hooks.h"

namespace chmdocker::oci {
namespace {

using spec::Hook;
using spec::Hooks;

constexpr HookKind kKinds[] = {
    {"prestart", &Hooks::prestart},
    {"createRuntime", &Hooks::create_runtime},
    {"createContainer", &Hooks::create_container},
    {"startContainer", &Hooks::start_container},
    {"poststart", &Hooks::poststart},
    {"poststop", &Hooks::poststop},
};

// In milliseconds it still fits an int.
constexpr uint32_t kMaxTimeout = std::numeric_limits<int32_t>::max() / 1000;

void ReadHook(const Value& value, Hook& hook) {
  value.Member("path").Required().Read(&hook.path);
  value.Member("args").Read(&hook.args);
  value.Member("env").Read(&hook.env);
  value.Member("timeout").Read(&hook.timeout_seconds, 1U, kMaxTimeout);
}

}  // namespace

absl::Span<const HookKind> HookKinds() { return kKinds; }

void ReadHooks(const Value& value, Hooks& hooks) {
  for (const HookKind& kind : kKinds) {
    value.Member(kind.name).ForEachElement([&](const Value& element) {
      Hook hook;
      ReadHook(element, hook);
      (hooks.*kind.hooks).push_back(std::move(hook));
    });
  }
}

}  // namespace chmdocker::oci
