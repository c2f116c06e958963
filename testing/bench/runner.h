// Runs a program once and measures it.
#ifndef CHMDOCKER_TESTING_BENCH_RUNNER_H_
#define CHMDOCKER_TESTING_BENCH_RUNNER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chmdocker::bench {

// One run of a program, with all that it started.
struct Run {
  double wall_ms = 0;  // from before its start until it was reaped
  double cpu_ms = 0;   // user and system time of the whole tree
  double page_faults = 0;
  double switches = 0;  // of context, voluntary or not
};

// Makes orphans of what is measured this process's own children, so that their
// time counts as well.
absl::Status AdoptOrphans();

enum class Errors { kShown, kHidden };

// Runs `argv` with nothing on standard input and its output thrown away; its
// standard error too, unless shown. What it leaves running is waited for, but
// outside of `wall_ms`. Ending with anything but 0 is an error.
absl::StatusOr<Run> Measure(const std::vector<std::string>& argv,
                            Errors errors);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_RUNNER_H_
