#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/state/directory.h"

namespace chmdocker::container {
namespace {

absl::Status Refuse(const std::string& id, Status status) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot delete container ", id, " that is not stopped: ",
                   StatusName(status), "; --force kills it first"));
}

// Of a create that was killed early there may be no configuration yet.
spec::Hooks HooksOf(const Runtime& runtime, const Instance& instance) {
  if (!instance.record.delete_needs_config) return {};
  absl::StatusOr<spec::ContainerSpec> spec = SpecOf(runtime, instance);
  return spec.ok() ? spec->hooks : spec::Hooks();
}

// Nothing in such a record is to be acted on: what it names may be another's.
absl::Status ForgetDamaged(const Runtime& runtime, const std::string& id,
                           const absl::Status& damage) {
  CHM_ASSIGN_OR_RETURN(state::Directory directory,
                       state::Directory::Open(runtime.root, id));
  runtime.warn(absl::StrCat(damage.message(),
                            "; its processes and cgroups, if any, are left"));
  return directory.Remove();
}

}  // namespace

absl::Status Delete(const Runtime& runtime, const std::string& id, bool force) {
  absl::StatusOr<Instance> instance = Open(runtime, id);
  if (force && absl::IsNotFound(instance.status())) return absl::OkStatus();
  if (force && absl::IsDataLoss(instance.status())) {
    return ForgetDamaged(runtime, id, instance.status());
  }
  CHM_RETURN_IF_ERROR(instance.status());
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance->record));
  // With the lock in our hands nobody is creating it any more.
  const bool runs = status == Status::kRunning || status == Status::kPaused;
  if (runs && !force) return Refuse(id, status);
  const spec::Hooks hooks = HooksOf(runtime, *instance);
  CHM_RETURN_IF_ERROR(End(runtime, instance->record));
  return Forget(runtime, *instance, hooks);
}

}  // namespace chmdocker::container
