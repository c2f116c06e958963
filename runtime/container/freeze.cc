// Pause, Resume and Update: what is done to the cgroups of a running container.
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/resources.h"
#include "runtime/spec/validate.h"
#include "runtime/state/record.h"

namespace chmdocker::container {
namespace {

absl::Status Wrong(absl::string_view what, Status status) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, ": the container is ", StatusName(status)));
}

absl::Status NeedsCgroup(const state::Record& record) {
  if (!record.cgroups.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "container ", record.id, " has no cgroup that could be changed"));
}

}  // namespace

absl::Status Pause(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status != Status::kRunning && status != Status::kCreated) {
    return Wrong("only what runs can be paused", status);
  }
  CHM_RETURN_IF_ERROR(NeedsCgroup(instance.record));
  return cgroups::Freeze(instance.record.cgroups);
}

absl::Status Resume(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status != Status::kPaused) {
    return Wrong("only what is paused can be resumed", status);
  }
  return cgroups::Thaw(instance.record.cgroups);
}

absl::Status Update(const Runtime& runtime, const std::string& id,
                    const spec::Resources& resources) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status == Status::kStopped) {
    return absl::FailedPreconditionError("container not running");
  }
  CHM_RETURN_IF_ERROR(NeedsCgroup(instance.record));
  CHM_RETURN_IF_ERROR(spec::ValidateResources(resources));
  WarnOfUnapplied(runtime, resources, instance.record.cgroups);
  return cgroups::Update(instance.record.cgroups, resources);
}

}  // namespace chmdocker::container
