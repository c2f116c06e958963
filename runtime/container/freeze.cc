// Pause, Resume and Update: what is done to the cgroups of a running container.
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/systemd_unit.h"
#include "runtime/spec/container_spec.h"
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

// Takes out rules on devices that are the configuration's and so are in force:
// containerd sends them with each update, and to set them again would take away
// what a hook has allowed since, as those for GPUs do. Others are remembered,
// so that the configuration's are no longer taken for the present ones.
absl::Status LeaveDevices(const Runtime& runtime, Instance& instance,
                          spec::Resources& resources) {
  state::Record& record = instance.record;
  if (resources.devices.empty() || record.devices_updated) {
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(const spec::ContainerSpec spec,
                       SpecOf(runtime, instance));
  if (resources.devices == spec.resources.devices) {
    resources.devices.clear();
    return absl::OkStatus();
  }
  record.devices_updated = true;
  return instance.directory.Save(record);
}

}  // namespace

absl::Status Pause(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status != Status::kRunning && status != Status::kCreated) {
    return Wrong("only what runs can be paused", status);
  }
  CHM_RETURN_IF_ERROR(NeedsCgroup(instance.record));
  CHM_RETURN_IF_ERROR(cgroups::Freeze(instance.record.cgroups));
  TellOf(runtime, instance.record, "pause");
  return absl::OkStatus();
}

absl::Status Resume(const Runtime& runtime, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status != Status::kPaused) {
    return Wrong("only what is paused can be resumed", status);
  }
  CHM_RETURN_IF_ERROR(cgroups::Thaw(instance.record.cgroups));
  TellOf(runtime, instance.record, "unpause");
  return absl::OkStatus();
}

absl::Status Update(const Runtime& runtime, const std::string& id,
                    const spec::Resources& wanted) {
  spec::Resources resources = wanted;
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(runtime, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status == Status::kStopped) {
    return absl::FailedPreconditionError("container not running");
  }
  CHM_RETURN_IF_ERROR(NeedsCgroup(instance.record));
  CHM_RETURN_IF_ERROR(spec::ValidateResources(resources));
  WarnOfUnapplied(runtime, resources, instance.record.cgroups);
  CHM_RETURN_IF_ERROR(LeaveDevices(runtime, instance, resources));
  CHM_RETURN_IF_ERROR(UpdateUnit(runtime, instance.record, resources));
  CHM_RETURN_IF_ERROR(cgroups::Update(instance.record.cgroups, resources));
  TellOf(runtime, instance.record, "update");
  return absl::OkStatus();
}

}  // namespace chmdocker::container
