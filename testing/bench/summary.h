// The figures that all forms of the report give. Pure.
#ifndef CHMDOCKER_TESTING_BENCH_SUMMARY_H_
#define CHMDOCKER_TESTING_BENCH_SUMMARY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "testing/bench/result.h"

namespace chmdocker::bench {

// Of this tree's chmdocker, not of another build.
inline bool IsOwn(absl::string_view name) {
  return name.substr(0, 10) == "chmdocker ";
}

struct Spread {
  double median = 0, p10 = 0, p90 = 0;
};

// Of one series, with its ratios to its floor within the rounds.
struct Summary {
  Spread wall, cpu;
  double wall_ratio = 0, cpu_ratio = 0;
  double page_faults = 0, switches = 0;
};

Spread SpreadOf(const std::vector<double>& values);

std::vector<double> Column(const Series& series, double Run::* member);

// `base` has as many runs.
Summary Summarize(const Series& series, const Series& base);

// nullptr if it was not measured.
const Series* FindSeries(const std::vector<Series>& all,
                         absl::string_view name);

// Its floor: itself, if that was not measured.
const Series& FloorOf(const Series& series, const std::vector<Series>& all);

// Of the wall time, round by round; none unless both were measured.
std::optional<double> WallRatio(const std::vector<Series>& all,
                                absl::string_view name, absl::string_view base);

// The median rate by that of `base`, at the same number at a time; none unless
// both were measured.
std::optional<double> RateRatio(const std::vector<Throughput>& all,
                                absl::string_view name, absl::string_view base,
                                int at_a_time);

// The series of one stage of the growth.
std::vector<Series> StageOf(const Result& result, absl::string_view of,
                            int count);

// How many times as much as its floor's has its wall time grown from the
// smallest count to the greatest; none unless there are two.
std::optional<double> ExcessGrowth(const Result& result, absl::string_view of,
                                   absl::string_view name);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_SUMMARY_H_
