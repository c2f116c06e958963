#include "testing/bench/statistics.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace chmdocker::bench {

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const size_t below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  const double rest = place - static_cast<double>(below);
  return values[below] + rest * (values[above] - values[below]);
}

double Median(std::vector<double> values) {
  return Quantile(std::move(values), 0.5);
}

double MedianRatio(const std::vector<double>& values,
                   const std::vector<double>& bases) {
  std::vector<double> ratios;
  for (size_t i = 0; i < values.size() && i < bases.size(); ++i) {
    if (bases[i] > 0) ratios.push_back(values[i] / bases[i]);
  }
  return Median(std::move(ratios));
}

}  // namespace chmdocker::bench
