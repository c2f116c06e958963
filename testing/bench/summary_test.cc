#include "testing/bench/summary.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "testing/bench/result.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

Series Of(const std::string& name, const std::string& floor,
          const std::vector<double>& wall) {
  Series series = {name, floor, {}, {}};
  for (const double ms : wall) series.runs.push_back({ms, ms / 2, 10, 3});
  return series;
}

Throughput Rates(const std::string& name, int at_a_time,
                 const std::vector<double>& rates) {
  return {name, "floor", at_a_time, rates, {}};
}

TEST(SummarizeTest, HasSpreadAndRatioByRound) {
  const Series floor = Of("floor", "floor", {1, 10, 1});
  const Summary line = Summarize(Of("run", "floor", {2, 20, 3}), floor);
  EXPECT_DOUBLE_EQ(line.wall.median, 3);
  EXPECT_DOUBLE_EQ(line.wall.p10, 2.2);
  EXPECT_DOUBLE_EQ(line.wall.p90, 16.6);
  EXPECT_DOUBLE_EQ(line.wall_ratio, 2);
  EXPECT_DOUBLE_EQ(line.cpu.median, 1.5);
  EXPECT_DOUBLE_EQ(line.page_faults, 10);
  EXPECT_DOUBLE_EQ(line.switches, 3);
}

TEST(FloorOfTest, IsItselfWhereThereIsNone) {
  const Series run = Of("run", "floor", {2});
  EXPECT_EQ(FloorOf(run, {}).name, "run");
  EXPECT_EQ(FloorOf(run, {Of("floor", "floor", {1})}).name, "floor");
}

TEST(WallRatioTest, WantsBoth) {
  const std::vector<Series> all = {Of("a", "a", {4}), Of("b", "a", {2})};
  EXPECT_EQ(WallRatio(all, "b", "a"), 0.5);
  EXPECT_EQ(WallRatio(all, "b", "c"), std::nullopt);
  EXPECT_EQ(WallRatio(all, "c", "a"), std::nullopt);
}

TEST(RateRatioTest, ComparesAtTheSameNumberAtATime) {
  const std::vector<Throughput> all = {
      Rates("floor", 1, {100}), Rates("run", 1, {10}),
      Rates("floor", 8, {400, 500, 600}), Rates("run", 8, {200, 250, 900})};
  EXPECT_EQ(RateRatio(all, "run", "floor", 8), 0.5);
  EXPECT_EQ(RateRatio(all, "run", "floor", 2), std::nullopt);
}

TEST(ExcessGrowthTest, IsWhatTheFloorDoesNotHave) {
  Result result;
  const auto add = [&](int count, double floor, double run) {
    result.growth.push_back({kMounts, count, Of("floor", "floor", {floor})});
    result.growth.push_back({kMounts, count, Of("run", "floor", {run})});
  };
  add(0, 1, 2);
  EXPECT_EQ(ExcessGrowth(result, kMounts, "run"), std::nullopt);
  add(1000, 2, 4);
  add(5000, 10, 30);
  EXPECT_EQ(ExcessGrowth(result, kMounts, "run"), 1.5);
  EXPECT_EQ(ExcessGrowth(result, kContainers, "run"), std::nullopt);
}

}  // namespace
}  // namespace chmdocker::bench
