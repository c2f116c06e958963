// The process of a kept container outside of it: it starts the container, and
// becomes its monitor.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_KEEPER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_KEEPER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

// Who started a kept container, as its keeper sees them. -1: there is nobody.
struct Starter {
  int report = -1;  // is told when the command runs, or why it does not
  int client = -1;  // a connection to attach by
};

// Does not return when the container's command runs. On failure nothing runs,
// and the record says why.
absl::Status Keep(const Runtime& runtime, Instance instance,
                  const Describe& describe, const Starter& starter);

// Becomes a monitor that waits, and then Conclude with "waited". Returns only
// if that failed.
absl::Status KeepWaiting(const Runtime& runtime, const std::string& id,
                         uint32_t milliseconds);

// The error of what is for kept containers only.
absl::Status NotKept(const std::string& id);

// What a container that is about to run has on record. This process is its
// monitor.
absl::Status Announce(Instance& instance);

// Records that nothing of the container runs, and what it left is gone.
// `exit_code`: -1, nobody knows.
absl::Status Settle(const Runtime& kept_runtime, Instance& instance,
                    int exit_code, const cgroups::LimitEvents& events);

// Waits for the monitor of a container that has ended for good: it is not there
// for long, and whoever has heard of the end may go on at once.
absl::Status AwaitLeaving(const state::Record& record);

// Records why it could not be started, unless it has been removed meanwhile.
void RecordFailure(const Runtime& runtime, const std::string& id,
                   const absl::Status& failure, const Starter& starter);

// The container's layers could not be mounted: what of them can be told is
// said, and it shall have a copy. False: that is not what failed, or it has
// one.
bool ShallCopy(const Runtime& runtime, const std::string& id,
               const absl::Status& failure);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_KEEPER_H_
