// State, List, Processes and the other verbs that only look.
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/stats.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/directory.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

absl::StatusOr<Snapshot> State(const Runtime& runtime, const std::string& id) {
  Snapshot snapshot;
  CHM_ASSIGN_OR_RETURN(snapshot.record, state::Peek(runtime.root, id));
  CHM_ASSIGN_OR_RETURN(snapshot.status, StatusOf(snapshot.record));
  return snapshot;
}

absl::StatusOr<std::vector<Snapshot>> List(const Runtime& runtime) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                       state::ListIds(runtime.root));
  std::vector<Snapshot> all;
  for (const std::string& id : ids) {
    absl::StatusOr<Snapshot> snapshot = State(runtime, id);
    if (absl::IsNotFound(snapshot.status())) continue;
    if (!snapshot.ok()) {
      // One damaged record must not hide the others.
      runtime.warn(snapshot.status().message());
      continue;
    }
    all.push_back(*std::move(snapshot));
  }
  return all;
}

absl::StatusOr<std::vector<pid_t>> Processes(const Runtime& runtime,
                                             const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Snapshot snapshot, State(runtime, id));
  if (!snapshot.record.cgroups.empty()) {
    return cgroups::Processes(snapshot.record.cgroups);
  }
  if (snapshot.status == Status::kStopped) return std::vector<pid_t>();
  return absl::FailedPreconditionError(absl::StrCat(
      "container ", id,
      " has no cgroup, which is where its processes would be listed"));
}

absl::StatusOr<cgroups::Stats> GetStats(const Runtime& runtime,
                                        const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Snapshot snapshot, State(runtime, id));
  if (snapshot.status == Status::kStopped) {
    return absl::FailedPreconditionError("container not running");
  }
  return cgroups::GetStats(snapshot.record.cgroups);
}

}  // namespace chmdocker::container
