#include "runtime/container/discard.h"

#include "absl/status/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/container_root.h"
#include "runtime/state/names.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

absl::Status Discard(const Runtime& runtime, Instance& instance) {
  CHM_RETURN_IF_ERROR(image::RemoveContainerRoot(instance.directory.fd()));
  const state::Record& record = instance.record;
  if (record.kept) {
    state::ReleaseName(PlacesOf(runtime), record.kept->name, record.id);
  }
  CHM_RETURN_IF_ERROR(instance.directory.Remove());
  TellOf(runtime, record, "destroy");
  return absl::OkStatus();
}

}  // namespace chmdocker::container
