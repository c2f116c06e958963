#include "cli/processors.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

TEST(Processors, CpusAreDecimal) {
  const struct {
    const char* text;
    uint64_t billionths;
  } kCases[] = {
      {"2", 2'000'000'000},
      {"0.5", 500'000'000},
      {"1.", 1'000'000'000},
      {".5", 500'000'000},
      {"0.000000001", 1},
      {"0.123456789", 123'456'789},
      {"0", 0},
      {"007.10", 7'100'000'000},
      {"999999999", 999'999'999'000'000'000},
  };
  for (const auto& c : kCases) {
    std::optional<uint64_t> out;
    EXPECT_TRUE(ReadCpus(c.text, out).ok()) << c.text;
    EXPECT_EQ(out, c.billionths) << c.text;
  }
  for (const char* text : {"", ".", "-1", "+1", "1e2", "1/2", "half", "1.2.3",
                           " 1", "0.0000000001", "9999999999"}) {
    std::optional<uint64_t> out;
    EXPECT_EQ(ReadCpus(text, out).message(),
              "wants a number of CPUs, as 0.5 or 2")
        << text;
  }
}

TEST(Processors, CpusAreThoseOfTheHost) {
  EXPECT_TRUE(CheckCpus(10'000'000, 2).ok());
  EXPECT_TRUE(CheckCpus(2'000'000'000, 2).ok());
  for (const uint64_t wrong :
       {uint64_t{0}, uint64_t{9'999'999}, uint64_t{2'000'000'001}}) {
    EXPECT_EQ(CheckCpus(wrong, 2).message(),
              "--cpus: range of CPUs is from 0.01 to 2.00, as there are only 2 "
              "CPUs available");
  }
}

TEST(Processors, ListsAreLists) {
  std::string out;
  for (const char* text : {"0", "0-3", "0-1,7", "1,0"}) {
    EXPECT_TRUE(ReadNumbers(text, out).ok()) << text;
    EXPECT_EQ(out, text);
  }
  for (const char* text : {"", ",", "x", "-1", "3-1", "0-", "1;2", "99999"}) {
    EXPECT_EQ(ReadNumbers(text, out).message(),
              "wants a list of numbers, as 0-3,7")
        << text;
  }
}

std::string Check(const char* list, const char* available) {
  return std::string(
      CheckNumbers("--cpuset-cpus", list, "CPUs", available).message());
}

TEST(Processors, ListsAreOfTheHost) {
  EXPECT_EQ(Check("0-3", "0-3\n"), "");
  EXPECT_EQ(Check("3", "0,3"), "");
  EXPECT_EQ(Check("0-2", "0,2\n"),
            "--cpuset-cpus \"0-2\": requested CPUs are not available; "
            "available: 0,2");
  EXPECT_NE(Check("64", "0-3"), "");
  EXPECT_NE(Check("0,200", "0-3"), "");
}

}  // namespace
}  // namespace chmdocker::cli
