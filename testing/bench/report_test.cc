#include "testing/bench/report.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/bench/result.h"

namespace chmdocker::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Result Example() {
  Result result;
  result.kernel = "6.0";
  result.cpus = 2;
  result.cgroups = "v2";
  result.series = {
      {"floor", "floor", {{1, 1, 10, 5}}, Counts{13, 32}},
      {"chmdocker run", "floor", {{1.5, 1.25, 40, 9}}, Counts{140, 1024}},
      {"a <b> & \"c\"", "floor", {{3, 2, 100, 6}}, {}}};
  result.throughput = {{"floor", "floor", 8, {400}, {0.5}},
                       {"chmdocker run", "floor", 8, {200}, {1}}};
  result.growth = {{kMounts, 5000, result.series[0]}};
  result.left = {{"chmdocker", {0, 0}}};
  result.sizes = {{"chmdocker", 1000}};
  result.skipped = {"crun: is not installed"};
  return result;
}

TEST(TableTest, HasALineForEach) {
  const std::string text = Table(Example());
  EXPECT_THAT(text, HasSubstr("chmdocker run                    1.500   1.500 "
                              "  1.500   1.50   1.250   1.250   1.250   1.25  "
                              "    40         9    140    1.00\n"));
  EXPECT_THAT(text, HasSubstr("chmdocker run                      200     200 "
                              "    200   0.50   1.000\n"));
  EXPECT_THAT(text,
              HasSubstr("\nchmdocker run                   0.50 x a <b> & "
                        "\"c\"\n"));
  EXPECT_THAT(text, HasSubstr("5000 mounts\n  floor "));
  EXPECT_THAT(text, HasSubstr("NOT MET"));
  EXPECT_THAT(text, HasSubstr("skipped: crun: is not installed\n"));
}

TEST(JsonTest, SaysTheSame) {
  const std::string text = Json(Example());
  EXPECT_THAT(
      text,
      HasSubstr("{\"name\": \"chmdocker run\", \"floor\": \"floor\", "
                "\"wall_ms\": {\"median\": 1.5000, \"p10\": 1.5000, \"p90\": "
                "1.5000}, \"wall_ratio\": 1.5000, "));
  EXPECT_THAT(text, HasSubstr("\"a <b> & \\\"c\\\"\": {\"floor\": 3.0000, "
                              "\"chmdocker run\": 2.0000}"));
  EXPECT_THAT(text, HasSubstr("{\"name\": \"tutorial form, by its floor\", "
                              "\"at\": \"most\", \"bound\": 1.1500, \"unit\": "
                              "\"x\", \"value\": 1.5000, \"met\": false}"));
  EXPECT_THAT(text, HasSubstr("\"value\": null, \"met\": null}"));
}

TEST(JsonTest, OfNothingIsStillAnObject) {
  const std::string text = Json(Result());
  EXPECT_THAT(text, HasSubstr("\"contestants\": [],"));
  EXPECT_THAT(text, HasSubstr("\"rounds\": 0,"));
}

TEST(SvgTest, EscapesNames) {
  const std::string text = Svg(Example());
  EXPECT_THAT(text, HasSubstr(">a &lt;b&gt; &amp; &quot;c&quot;</text>"));
  EXPECT_THAT(text, Not(HasSubstr("<b>")));
  EXPECT_THAT(text, HasSubstr("prefers-color-scheme: dark"));
}

// The longest bar, with its whisker, is as wide as there is room.
TEST(SvgTest, ScalesEachGroupToItsLongest) {
  const std::string text = Svg(Example());
  EXPECT_THAT(text, HasSubstr("class=\"own\" x=\"250.0\" y=\"126.0\" "
                              "width=\"220.0\""));
  EXPECT_THAT(text, HasSubstr("class=\"bar\" x=\"250.0\" y=\"148.0\" "
                              "width=\"440.0\""));
}

}  // namespace
}  // namespace chmdocker::bench
