// All that the options ask for, one after the other.
#ifndef CHMDOCKER_TESTING_BENCH_MEASURE_H_
#define CHMDOCKER_TESTING_BENCH_MEASURE_H_

#include "absl/status/statusor.h"
#include "testing/bench/options.h"
#include "testing/bench/result.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

// In a process that Supervise has made; what is left then, that removes.
absl::StatusOr<Result> Compare(const Options& options,
                               const Workspace& workspace);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_MEASURE_H_
