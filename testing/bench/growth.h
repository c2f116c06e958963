// How a start slows down as the host fills.
#ifndef CHMDOCKER_TESTING_BENCH_GROWTH_H_
#define CHMDOCKER_TESTING_BENCH_GROWTH_H_

#include <vector>

#include "absl/status/statusor.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/result.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

// Of those that are a start in the tutorial's form or of a bundle. The mounts
// are in a mount namespace that the caller is in afterwards. Wants root.
absl::StatusOr<std::vector<Growth>> MeasureGrowth(
    const std::vector<Contestant>& contestants, const Options& options,
    const Programs& programs, const Bundles& bundles,
    const Workspace& workspace);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_GROWTH_H_
