#include "testing/bench/targets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "testing/bench/result.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

void Add(const std::string& name, double wall, Result& result) {
  result.series.push_back({name, "", {{wall, wall, 0, 0}}, {}});
}

Target Find(const Result& result, absl::string_view name) {
  const std::vector<Target> all = Targets(result);
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [&](const Target& target) { return target.name == name; });
  return found == all.end() ? Target() : *found;
}

TEST(TargetsTest, WithoutAnythingMeasuredNoneIsMet) {
  const std::vector<Target> all = Targets(Result());
  EXPECT_GT(all.size(), 15U);
  for (const Target& target : all) {
    EXPECT_EQ(target.value, std::nullopt) << target.name;
    EXPECT_FALSE(target.met()) << target.name;
  }
}

TEST(TargetsTest, AtMostIncludesTheBound) {
  Result result;
  Add("floor", 4, result);
  Add("chmdocker run", 4.6, result);
  const Target target = Find(result, "tutorial form, by its floor");
  ASSERT_TRUE(target.value.has_value());
  EXPECT_DOUBLE_EQ(*target.value, 1.15);
  EXPECT_TRUE(target.met());
  result.series[1].runs[0].wall_ms = 4.7;
  EXPECT_FALSE(Find(result, "tutorial form, by its floor").met());
}

TEST(TargetsTest, BundlesAreJudgedByTheBetterFloor) {
  Result result;
  Add("OCI floor", 2, result);
  Add("OCI floor, in place", 1, result);
  Add("chmdocker run (bundle)", 2, result);
  EXPECT_EQ(Find(result, "bundle, by the best known way").value, 2);
  result.series[1].runs[0].wall_ms = 4;
  EXPECT_EQ(Find(result, "bundle, by the best known way").value, 1);
}

TEST(TargetsTest, RatesAreToBeAtLeastSoHigh) {
  Result result;
  result.throughput = {{"chmdocker run (bundle)", "", 8, {300}, {}},
                       {"crun run (bundle)", "", 8, {100}, {}}};
  constexpr char kRate[] = "bundle, starts per second at 8 at a time, by crun";
  EXPECT_TRUE(Find(result, kRate).met());
  result.throughput[1].rates = {200};
  EXPECT_EQ(Find(result, kRate).value, 1.5);
  EXPECT_FALSE(Find(result, kRate).met());
}

TEST(TargetsTest, NothingMayBeLeft) {
  Result result;
  result.left = {{"runc", {2, 100}}, {"chmdocker", {0, 0}}};
  EXPECT_TRUE(Find(result, "left running beside a container").met());
  result.left[1].footprint.processes = 1;
  EXPECT_FALSE(Find(result, "left running beside a container").met());
}

TEST(TargetsTest, MemoryAndSizes) {
  Result result;
  Add("chmdocker run", 1, result);
  result.series[0].counts = Counts{100, 3072};
  result.sizes = {{"chmdocker", 1000}, {"chmdocker-init", 65}};
  EXPECT_EQ(Find(result, "peak memory, tutorial form").value, 3);
  EXPECT_TRUE(Find(result, "size of chmdocker").met());
  EXPECT_FALSE(Find(result, "size of chmdocker-init").met());
}

}  // namespace
}  // namespace chmdocker::bench
