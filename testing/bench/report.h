// The result as text.
#ifndef CHMDOCKER_TESTING_BENCH_REPORT_H_
#define CHMDOCKER_TESTING_BENCH_REPORT_H_

#include <string>

#include "testing/bench/result.h"

namespace chmdocker::bench {

std::string Table(const Result& result);
std::string Json(const Result& result);

// A drawing that stands for itself, in light and dark surroundings: bars from
// zero to the median, whiskers from p10 to p90, and the ratio to the floor.
std::string Svg(const Result& result);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_REPORT_H_
