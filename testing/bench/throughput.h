// Starts per second.
#ifndef CHMDOCKER_TESTING_BENCH_THROUGHPUT_H_
#define CHMDOCKER_TESTING_BENCH_THROUGHPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/result.h"

namespace chmdocker::bench {

// Of those that are a start, interleaved: 1, 2, 8 and 32 at a time.
absl::StatusOr<std::vector<Throughput>> MeasureThroughput(
    const std::vector<Contestant>& contestants, const Options& options);

// So many starts at the same time, once. Those whose memory might not suffice
// for it go to `skipped`, and those of which one fails.
std::vector<Throughput> MeasureAtOnce(
    const std::vector<Contestant>& contestants, int count,
    std::vector<std::string>& skipped);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_THROUGHPUT_H_
