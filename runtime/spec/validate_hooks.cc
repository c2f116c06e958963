// Programs of the host that run at points of a container's life.
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"

namespace chmdocker::spec {
namespace {

absl::Status CheckKind(absl::string_view kind, const std::vector<Hook>& hooks) {
  for (size_t i = 0; i < hooks.size(); ++i) {
    CHM_RETURN_IF_ERROR(CheckAbsolutePath(
        absl::StrCat("hooks.", kind, "[", i, "].path"), hooks[i].path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHooks(const ContainerSpec& spec) {
  const Hooks& hooks = spec.hooks;
  CHM_RETURN_IF_ERROR(CheckKind("prestart", hooks.prestart));
  CHM_RETURN_IF_ERROR(CheckKind("createRuntime", hooks.create_runtime));
  CHM_RETURN_IF_ERROR(CheckKind("createContainer", hooks.create_container));
  CHM_RETURN_IF_ERROR(CheckKind("startContainer", hooks.start_container));
  CHM_RETURN_IF_ERROR(CheckKind("poststart", hooks.poststart));
  return CheckKind("poststop", hooks.poststop);
}

}  // namespace chmdocker::spec
