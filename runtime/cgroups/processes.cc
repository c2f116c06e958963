#include <errno.h>
#include <sys/types.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {
namespace {

absl::StatusOr<std::string> ReadProcesses(const Cgroup& cgroup) {
  absl::StatusOr<std::string> text = cgroup.Read("cgroup.procs");
  // In a threaded cgroup of v2 only threads are listed. A signal that is sent
  // to one goes to its process.
  if (ErrnoOf(text.status()) == EOPNOTSUPP) {
    return cgroup.Read("cgroup.threads");
  }
  return text;
}

absl::Status AppendProcesses(const Cgroup& cgroup,
                             std::vector<pid_t>* processes) {
  CHM_ASSIGN_OR_RETURN(const std::string text, ReadProcesses(cgroup));
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(line, &pid)) {
      return absl::InternalError(absl::StrCat(
          cgroup.path(), "/cgroup.procs: ", Quote(line), " is no pid"));
    }
    // 0: a process outside of the caller's pid namespace.
    if (pid > 0) processes->push_back(pid);
  }
  return absl::OkStatus();
}

}  // namespace

// All hierarchies are read: a process that rules over cgroups itself may have
// left one of them.
absl::StatusOr<std::vector<pid_t>> Processes(const Directories& directories) {
  std::vector<pid_t> processes;
  for (const host::CgroupDirectory& directory : directories) {
    CHM_RETURN_IF_ERROR(ForEachCgroup(directory, [&](const Cgroup& cgroup) {
      return AppendProcesses(cgroup, &processes);
    }));
  }
  std::sort(processes.begin(), processes.end());
  processes.erase(std::unique(processes.begin(), processes.end()),
                  processes.end());
  return processes;
}

}  // namespace chmdocker::cgroups
