#include "runtime/host/id_ranges.h"

#include "gtest/gtest.h"

namespace chmdocker::host {
namespace {

constexpr char kFile[] =
    "# who\n"
    "ann:100000:65536\n"
    "bob:165536:65536\n"
    "1000:400000:10\n"
    "ann:500000\n"
    "ann:600000:0\n"
    "ann:4294967295:1\n"
    "ann:-5:7\n"
    "ann: 700000:5x\n"
    ":800000:5\n";

TEST(RangesOf, AreThoseOfTheNameAndOfTheNumber) {
  EXPECT_EQ(RangesOf(kFile, "ann", 1000),
            (std::vector<IdRange>{{100000, 65536}, {400000, 10}}));
  EXPECT_EQ(RangesOf(kFile, "bob", 1001),
            (std::vector<IdRange>{{165536, 65536}}));
}

TEST(RangesOf, AreNoneForWhoHasNoName) {
  EXPECT_TRUE(RangesOf(kFile, "", 7).empty());
  EXPECT_TRUE(RangesOf("", "ann", 1000).empty());
}

TEST(FreeRange, IsBehindAllOthers) {
  EXPECT_EQ(FreeRange(""), 100000u);
  EXPECT_EQ(FreeRange("ann:5000:10\n"), 100000u);
  EXPECT_EQ(FreeRange("ann:100000:65536\nbob:165536:65536\n"), 231072u);
}

}  // namespace
}  // namespace chmdocker::host
