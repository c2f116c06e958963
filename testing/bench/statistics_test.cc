#include "testing/bench/statistics.h"

#include "gtest/gtest.h"

namespace chmdocker::bench {
namespace {

TEST(QuantileTest, OfNothingIsZero) { EXPECT_EQ(Quantile({}, 0.5), 0); }

TEST(QuantileTest, OfOneIsThatOne) {
  EXPECT_EQ(Quantile({7}, 0), 7);
  EXPECT_EQ(Quantile({7}, 0.9), 7);
}

TEST(QuantileTest, TakesValuesInAnyOrder) {
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 0), 1);
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 0.25), 2);
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 1), 5);
}

TEST(QuantileTest, InterpolatesBetweenNeighbours) {
  EXPECT_DOUBLE_EQ(Quantile({10, 20}, 0.1), 11);
  EXPECT_DOUBLE_EQ(Quantile({10, 20, 40}, 0.75), 30);
}

TEST(MedianTest, OfAnEvenNumberIsTheMiddleOfTwo) {
  EXPECT_DOUBLE_EQ(Median({1, 100, 3, 2}), 2.5);
}

TEST(MedianRatioTest, ComparesRoundByRound) {
  // The second round was ten times as slow for both.
  EXPECT_DOUBLE_EQ(MedianRatio({2, 20, 3}, {1, 10, 1}), 2);
}

TEST(MedianRatioTest, LeavesOutWhatTookNoTime) {
  EXPECT_DOUBLE_EQ(MedianRatio({2, 5}, {1, 0}), 2);
}

}  // namespace
}  // namespace chmdocker::bench
