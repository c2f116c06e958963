// Everything once, again and again.
#ifndef CHMDOCKER_TESTING_BENCH_ROUNDS_H_
#define CHMDOCKER_TESTING_BENCH_ROUNDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "testing/bench/contestants.h"
#include "testing/bench/result.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {

// Leaves those that work here. Why one does not is seen on standard error.
absl::StatusOr<std::vector<Contestant>> TryOut(
    const std::vector<Contestant>& all, std::vector<std::string>& skipped);

// A series of `rounds` runs for each, the first `warm_up` left out.
absl::StatusOr<std::vector<Series>> RunRounds(
    const std::vector<Contestant>& contestants, int warm_up, int rounds);

// Says on standard error what goes on.
void Tell(absl::string_view what);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_ROUNDS_H_
