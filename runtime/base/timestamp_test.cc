#include "runtime/base/timestamp.h"

#include <optional>

#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(FormatTime, IsUtcWithNineDigits) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(FormatTime(1'764'405'000 * kSecond + 42),
            "2025-11-29T08:30:00.000000042Z");
}

TEST(ParseTime, ReadsWhatFormatTimeWrites) {
  for (const UnixTime time :
       {UnixTime{0}, UnixTime{1'764'405'000} * kSecond + 123'456'789}) {
    EXPECT_EQ(ParseTime(FormatTime(time)), time);
  }
}

TEST(ParseTime, KnowsZonesAndFractions) {
  const std::optional<UnixTime> noon = ParseTime("2026-11-29T12:00:00Z");
  ASSERT_TRUE(noon);
  EXPECT_EQ(ParseTime("2026-11-29T14:00:00+02:00"), *noon);
  EXPECT_EQ(ParseTime("2026-11-29T08:30:00-03:30"), *noon);
  EXPECT_EQ(ParseTime("2026-11-29 12:00:00.5Z"), *noon + kSecond / 2);
  EXPECT_EQ(ParseTime("2026-11-29T12:00:00.1234567891Z"), *noon + 123'456'789);
}

TEST(ParseTime, HasABeginningAndAnEnd) {
  EXPECT_EQ(ParseTime("1969-12-31T23:59:59Z"), 0);
  const std::optional<UnixTime> last = ParseTime("9999-12-31T23:59:59Z");
  ASSERT_TRUE(last);
  EXPECT_EQ(FormatTime(*last).substr(0, 4), "2262");
}

TEST(ParseTime, ReadsWhatBuildersWrite) {
  EXPECT_EQ(ParseTime("1970-01-02T00:00:01Z"), 86401 * kSecond);
  constexpr UnixTime kThen = 1'714'979'289 * kSecond;
  EXPECT_EQ(ParseTime("2024-05-06T07:08:09.123456789Z"), kThen + 123'456'789);
  EXPECT_EQ(ParseTime("2024-05-06T09:08:09.1+02:00"), kThen + kSecond / 10);
  EXPECT_EQ(ParseTime("2024-05-06T05:38:09-01:30"), kThen);
  for (const char* none : {"yesterday", "2024-05-06", "0001-01-01T"}) {
    EXPECT_EQ(ParseTime(none), std::nullopt) << none;
  }
}

TEST(ParseTime, RefusesOthers) {
  for (const char* text :
       {"", "2026-11-29", "2026-11-29T12:00:00", "2026-11-29T12:00Z",
        "26-11-29T12:00:00Z", "2026-11-29T12:00:00+2", "now",
        "2026-11-29T12:00:00Zx", "-026-11-29T12:00:00Z"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chmdocker
