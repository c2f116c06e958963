#include <errno.h>
#include <signal.h>
#include <sys/types.h>

#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/thaw_all.h"
#include "runtime/host/facts.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cgroups {
namespace {

// Of processes that can't be frozen, for one that hangs in the kernel, and that
// fork meanwhile.
constexpr int kMostRounds = 100;

// cgroup.kill, since Linux 5.14: all of the subtree at once, frozen or not.
bool KillByFile(const Directories& directories) {
  for (const host::CgroupDirectory& directory : directories) {
    if (!directory.controllers.empty()) continue;
    const absl::StatusOr<Cgroup> cgroup = Cgroup::Open(directory);
    return cgroup.ok() && cgroup->Write("cgroup.kill", "1").ok();
  }
  return false;
}

// Signals every process that is not in `*done`, and puts it there. Returns how
// many these were.
absl::StatusOr<size_t> SignalNew(const Directories& directories, int signal,
                                 std::set<pid_t>* done) {
  CHM_ASSIGN_OR_RETURN(const std::vector<pid_t> processes,
                       Processes(directories));
  size_t count = 0;
  for (const pid_t process : processes) {
    if (!done->insert(process).second) continue;
    ++count;
    const raw::Result sent = raw::Kill(process, signal);
    if (sent.error() == ESRCH) continue;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(sent, absl::StrCat(process, " ", signal)));
  }
  return count;
}

absl::Status KillFrozen(const Directories& directories, int signal) {
  CHM_ASSIGN_OR_RETURN(const bool was_frozen, IsFrozen(directories));
  const bool stays_frozen = was_frozen && signal != SIGKILL;
  std::set<pid_t> done;
  for (int round = 0; round < kMostRounds; ++round) {
    const bool frozen = Freeze(directories).ok();
    const absl::StatusOr<size_t> count = SignalNew(directories, signal, &done);
    absl::Status thawed;
    if (signal == SIGKILL) {
      thawed = ThawAll(directories);
    } else if (!stays_frozen) {
      thawed = Thaw(directories);
    }
    if (!count.ok()) return count.status();
    CHM_RETURN_IF_ERROR(thawed);
    if (frozen || *count == 0) return absl::OkStatus();
  }
  return absl::DeadlineExceededError(
      "kill: processes are forked faster than they can be killed, and can't be "
      "frozen");
}

}  // namespace

absl::Status KillAll(const Directories& directories, int signal) {
  if (signal == SIGKILL && KillByFile(directories)) {
    // Beside v1, where a process may have left v2's cgroup, and where what is
    // frozen does not die.
    std::set<pid_t> done;
    CHM_RETURN_IF_ERROR(SignalNew(directories, signal, &done).status());
    return ThawAll(directories);
  }
  return KillFrozen(directories, signal);
}

}  // namespace chmdocker::cgroups
