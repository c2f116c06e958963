#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/discard.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/keeper.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/container/run.h"

namespace chmdocker::container {
namespace {

absl::StatusOr<Ended> RunOnce(const Runtime& runtime, const std::string& id,
                              const Describe& describe,
                              const Observer& observer) {
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(KeptRuntime(runtime), id));
  CHM_RETURN_IF_ERROR(Announce(instance));
  CHM_ASSIGN_OR_RETURN(Description description, describe(instance.record));
  instance.record.kept->init = description.spec.process.init;
  return Run(runtime, description.spec, description.wishes, observer,
             std::move(instance));
}

// Another command may have removed it with force.
absl::Status RecordEnd(const Runtime& runtime, const std::string& id,
                       const Ended& ended) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  absl::StatusOr<Instance> instance = Open(kept_runtime, id);
  if (absl::IsNotFound(instance.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(instance.status());
  CHM_RETURN_IF_ERROR(
      Settle(kept_runtime, *instance, ended.exit_code, ended.limits));
  return instance->record.kept->remove ? Discard(runtime, *instance)
                                       : absl::OkStatus();
}

// What never ran is nothing to keep.
void ForgetFailed(const Runtime& runtime, const std::string& id) {
  absl::StatusOr<Instance> instance = Open(KeptRuntime(runtime), id);
  if (!instance.ok()) return;
  absl::Status removed = End(KeptRuntime(runtime), instance->record);
  if (removed.ok()) removed = Discard(runtime, *instance);
  if (!removed.ok()) runtime.warn(removed.message());
}

}  // namespace

absl::StatusOr<Ended> RunKept(const Runtime& runtime, const std::string& id,
                              const Describe& describe,
                              const Observer& observer) {
  absl::StatusOr<Ended> ended = RunOnce(runtime, id, describe, observer);
  if (ShallCopy(runtime, id, ended.status())) {
    ended = RunOnce(runtime, id, describe, observer);
  }
  if (!ended.ok()) {
    ForgetFailed(runtime, id);
    return ended;
  }
  CHM_RETURN_IF_ERROR(RecordEnd(runtime, id, *ended));
  return ended;
}

}  // namespace chmdocker::container
