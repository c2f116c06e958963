#include "testing/bench/summary.h"

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "testing/bench/result.h"
#include "testing/bench/runner.h"
#include "testing/bench/statistics.h"

namespace chmdocker::bench {
namespace {

const Throughput* Find(const std::vector<Throughput>& all,
                       absl::string_view name, int at_a_time) {
  for (const Throughput& one : all) {
    if (one.name == name && one.at_a_time == at_a_time) return &one;
  }
  return nullptr;
}

}  // namespace

Spread SpreadOf(const std::vector<double>& values) {
  return {Median(values), Quantile(values, 0.1), Quantile(values, 0.9)};
}

std::vector<double> Column(const Series& series, double Run::* member) {
  std::vector<double> values;
  for (const Run& run : series.runs) values.push_back(run.*member);
  return values;
}

Summary Summarize(const Series& series, const Series& base) {
  const std::vector<double> wall = Column(series, &Run::wall_ms);
  const std::vector<double> cpu = Column(series, &Run::cpu_ms);
  return {
      .wall = SpreadOf(wall),
      .cpu = SpreadOf(cpu),
      .wall_ratio = MedianRatio(wall, Column(base, &Run::wall_ms)),
      .cpu_ratio = MedianRatio(cpu, Column(base, &Run::cpu_ms)),
      .page_faults = Median(Column(series, &Run::page_faults)),
      .switches = Median(Column(series, &Run::switches)),
  };
}

const Series* FindSeries(const std::vector<Series>& all,
                         absl::string_view name) {
  for (const Series& series : all) {
    if (series.name == name) return &series;
  }
  return nullptr;
}

const Series& FloorOf(const Series& series, const std::vector<Series>& all) {
  const Series* const floor = FindSeries(all, series.floor);
  return floor == nullptr ? series : *floor;
}

std::optional<double> WallRatio(const std::vector<Series>& all,
                                absl::string_view name,
                                absl::string_view base) {
  const Series* const one = FindSeries(all, name);
  const Series* const other = FindSeries(all, base);
  if (one == nullptr || other == nullptr || one->runs.empty()) {
    return std::nullopt;
  }
  return MedianRatio(Column(*one, &Run::wall_ms),
                     Column(*other, &Run::wall_ms));
}

std::optional<double> RateRatio(const std::vector<Throughput>& all,
                                absl::string_view name, absl::string_view base,
                                int at_a_time) {
  const Throughput* const one = Find(all, name, at_a_time);
  const Throughput* const other = Find(all, base, at_a_time);
  if (one == nullptr || other == nullptr) return std::nullopt;
  const double divisor = Median(other->rates);
  if (divisor <= 0) return std::nullopt;
  return Median(one->rates) / divisor;
}

std::vector<Series> StageOf(const Result& result, absl::string_view of,
                            int count) {
  std::vector<Series> stage;
  for (const Growth& growth : result.growth) {
    if (growth.of == of && growth.count == count) {
      stage.push_back(growth.series);
    }
  }
  return stage;
}

std::optional<double> ExcessGrowth(const Result& result, absl::string_view of,
                                   absl::string_view name) {
  std::vector<double> ratios;  // from the smallest count on
  for (const Growth& growth : result.growth) {
    if (growth.of != of || growth.series.name != name) continue;
    ratios.push_back(
        WallRatio(StageOf(result, of, growth.count), name, growth.series.floor)
            .value_or(0));
  }
  if (ratios.size() < 2 || ratios.front() <= 0) return std::nullopt;
  return ratios.back() / ratios.front();
}

}  // namespace chmdocker::bench
