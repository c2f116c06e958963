// What the numbers are to be. Pure.
#ifndef CHMDOCKER_TESTING_BENCH_TARGETS_H_
#define CHMDOCKER_TESTING_BENCH_TARGETS_H_

#include <optional>
#include <string>
#include <vector>

#include "testing/bench/result.h"

namespace chmdocker::bench {

struct Target {
  std::string name;
  double bound = 0;
  bool at_least = false;        // or else at most
  std::string unit;             // "x": a ratio
  std::optional<double> value;  // none: was not measured

  bool met() const {
    return value && (at_least ? *value >= bound : *value <= bound);
  }
};

std::vector<Target> Targets(const Result& result);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_TARGETS_H_
