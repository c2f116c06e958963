#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::container {
namespace {

absl::Status NotRunning() {
  return absl::FailedPreconditionError("container not running");
}

absl::Status KillFirst(const state::Record& record, int signal) {
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(record.init);
  if (!pidfd.ok()) return NotRunning();
  const raw::Result sent = raw::PidfdSendSignal(pidfd->get(), signal);
  if (sent.error() == ESRCH) return NotRunning();
  CHM_RETURN_IF_ERROR(sys::CallStatus(sent));
  // A frozen process of cgroup v1 does not even die.
  return signal == SIGKILL ? cgroups::Thaw(record.cgroups) : absl::OkStatus();
}

}  // namespace

absl::Status Kill(const Runtime& runtime, const std::string& id, int signal,
                  bool all) {
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       state::Peek(runtime.root, id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(record));
  if (all) {
    if (record.cgroups.empty() && status == Status::kStopped) {
      return absl::OkStatus();
    }
    if (!record.cgroups.empty()) {
      return cgroups::KillAll(record.cgroups, signal);
    }
  }
  // Without a pid namespace of its own the others live on, and are what is
  // left of a container whose first process has gone: runc 1.2.
  if (signal == SIGKILL && !record.own_pid_namespace && record.init.pid != 0 &&
      !record.cgroups.empty()) {
    CHM_ASSIGN_OR_RETURN(const std::vector<pid_t> processes,
                         cgroups::Processes(record.cgroups));
    if (processes.empty()) return NotRunning();
    return cgroups::KillAll(record.cgroups, signal);
  }
  if (status == Status::kStopped) return NotRunning();
  if (status == Status::kCreating && record.init.pid == 0) return NotRunning();
  return KillFirst(record, signal);
}

}  // namespace chmdocker::container
