// What can be counted of a program rather than timed.
#ifndef CHMDOCKER_TESTING_BENCH_TRACE_H_
#define CHMDOCKER_TESTING_BENCH_TRACE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {

struct Counts {
  double system_calls = 0;  // of all processes, the command's own included
  // Resident memory of the process that ever had the most: a process that has
  // become another program counts anew.
  double peak_kib = 0;
};

// Runs `commands` as Measure does, but under ptrace(2): slower by far.
absl::StatusOr<Counts> Count(const std::vector<Argv>& commands);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_TRACE_H_
