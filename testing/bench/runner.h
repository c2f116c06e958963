// Runs programs once and measures them.
#ifndef CHMDOCKER_TESTING_BENCH_RUNNER_H_
#define CHMDOCKER_TESTING_BENCH_RUNNER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chmdocker::bench {

using Argv = std::vector<std::string>;

// One run of a program, or of several, with all that they started.
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

// Runs `commands` one after the other, with nothing on standard input and their
// output thrown away; their standard error too, unless shown. What they leave
// running is waited for before the last of several, and at the very end, but
// that outside of `wall_ms`. Ending with anything but 0 is an error, which ends
// it: then something may be left.
absl::StatusOr<Run> Measure(const std::vector<Argv>& commands, Errors errors);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_RUNNER_H_
