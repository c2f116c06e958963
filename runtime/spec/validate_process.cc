// Limits and scheduling of the process.
#include <linux/sched.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"

namespace chmdocker::spec {

absl::Status CheckRlimits(const ContainerSpec& spec) {
  std::set<int> seen;
  const std::vector<Rlimit>& limits = spec.process.rlimits;
  for (size_t i = 0; i < limits.size(); ++i) {
    const std::string field = absl::StrCat("process.rlimits[", i, "]");
    if (!seen.insert(limits[i].resource).second) {
      return Wrong(field, "sets a limit a second time");
    }
    if (limits[i].soft > limits[i].hard) {
      return Wrong(field,
                   absl::StrCat("soft limit ", limits[i].soft,
                                " is over the hard limit ", limits[i].hard));
    }
  }
  return absl::OkStatus();
}

// sched_setattr(2).
absl::Status CheckScheduler(const ContainerSpec& spec) {
  if (!spec.process.scheduler.has_value()) return absl::OkStatus();
  const Scheduler& scheduler = *spec.process.scheduler;
  const bool real_time =
      scheduler.policy == SCHED_FIFO || scheduler.policy == SCHED_RR;
  if (scheduler.priority != 0 && !real_time) {
    return Wrong("process.scheduler.priority",
                 "is for the policies SCHED_FIFO and SCHED_RR only");
  }
  const bool has_deadline = scheduler.runtime != 0 || scheduler.deadline != 0 ||
                            scheduler.period != 0;
  if (has_deadline && scheduler.policy != SCHED_DEADLINE) {
    return Wrong("process.scheduler",
                 "runtime, deadline and period are for the policy "
                 "SCHED_DEADLINE only");
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::spec
