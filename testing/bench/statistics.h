// What is said about many measurements of one thing.
#ifndef CHMDOCKER_TESTING_BENCH_STATISTICS_H_
#define CHMDOCKER_TESTING_BENCH_STATISTICS_H_

#include <vector>

namespace chmdocker::bench {

// The value below which `share` (0 to 1) of the values lie, interpolated
// between the two that are nearest; 0 of no values.
double Quantile(std::vector<double> values, double share);

double Median(std::vector<double> values);

// The median of values[i] / bases[i]. What disturbs a whole round, such as a
// compiler beside it, is in both and cancels out; it would not in a ratio of
// two medians. Both have the same length.
double MedianRatio(const std::vector<double>& values,
                   const std::vector<double>& bases);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_STATISTICS_H_
