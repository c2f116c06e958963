#include "runtime/oci/number_list.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace chmdocker::oci {
namespace {

using Bits = std::vector<uint64_t>;

TEST(ParseNumberList, TakesNumbersAndRanges) {
  EXPECT_EQ(ParseNumberList("", 9), Bits{});
  EXPECT_EQ(ParseNumberList("0", 9), Bits{1});
  EXPECT_EQ(ParseNumberList("0-3,7", 9), Bits{0x8f});
  EXPECT_EQ(ParseNumberList(" 5 ,1-1,", 9), Bits{0x22});
  EXPECT_EQ(ParseNumberList("63-64", 64), (Bits{1ULL << 63, 1}));
  EXPECT_EQ(ParseNumberList("2000", 65535)->size(), 32U);
}

TEST(ParseNumberList, RefusesTheRest) {
  for (const char* text :
       {"a", "-", "1-", "-1", "3-1", "1-2-3", "10", "0-10", "1 2", "+1", "0x1",
        "4294967296", "18446744073709551616", "1.5"}) {
    EXPECT_EQ(ParseNumberList(text, 9), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chmdocker::oci
