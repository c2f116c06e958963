#include "cli/progress.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

TEST(Progress, OfATotal) {
  EXPECT_EQ(ProgressText("Reading", 0, 1000, 0),
            "Reading 0B / 1kB [>                   ] 0%");
  EXPECT_EQ(ProgressText("Reading", 250, 1000, kSecond),
            "Reading 250B / 1kB [=====>              ] 25%");
  EXPECT_EQ(ProgressText("Reading", 1000, 1000, kSecond),
            "Reading 1kB / 1kB [====================] 100%");
  EXPECT_EQ(ProgressText("Reading", 2000, 1000, kSecond),
            "Reading 2kB / 1kB [====================] 100%");
}

TEST(Progress, WithoutOne) {
  EXPECT_EQ(ProgressText("Saving", 1000, 0, 0), "Saving 1kB");
  EXPECT_EQ(ProgressText("Saving", 3'000'000, 0, 2 * kSecond),
            "Saving 3MB, 1.5MB/s");
}

}  // namespace
}  // namespace chmdocker::cli
