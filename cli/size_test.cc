#include "cli/size.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

constexpr uint64_t kRefused = ~uint64_t{0};

uint64_t Size(const char* text) {
  uint64_t out = 0;
  return ReadSize(text, out).ok() ? out : kRefused;
}

TEST(Size, HasUnitsInEitherCase) {
  const struct {
    const char* text;
    uint64_t bytes;
  } kCases[] = {
      {"0", 0},
      {"100", 100},
      {"100b", 100},
      {"100B", 100},
      {"2k", 2048},
      {"2K", 2048},
      {"2kb", 2048},
      {"2KiB", 2048},
      {"6m", 6 << 20},
      {"64M", 64 << 20},
      {"3g", uint64_t{3} << 30},
      {"3Gi", uint64_t{3} << 30},
      {"1t", uint64_t{1} << 40},
      {"1p", uint64_t{1} << 50},
      {"1.5g", uint64_t{3} << 29},
      {"0.5k", 512},
      {"1.0", 1},
      {"1.99", 1},
      {"0.001k", 1},
      {"0.0009k", 0},
      {"9223372036854775807", uint64_t{9223372036854775807}},
      {"8191p", uint64_t{8191} << 50},
  };
  for (const auto& c : kCases) EXPECT_EQ(Size(c.text), c.bytes) << c.text;
}

TEST(Size, RefusesTheRest) {
  for (const char* text : {"",
                           " ",
                           "k",
                           "-1",
                           "+1",
                           " 1",
                           "1 ",
                           "1 m",
                           "1x",
                           "1mm",
                           "1kk",
                           "1.",
                           ".5m",
                           "1.5.5",
                           "1,5g",
                           "0x10",
                           "1e6",
                           "1bb",
                           "1ib",
                           "1mbb",
                           "8192p",
                           "9223372036854775808",
                           "99999999999999999999",
                           "1\n"}) {
    EXPECT_EQ(Size(text), kRefused) << text;
  }
}

std::string Outcome(absl::Status (*read)(absl::string_view,
                                         std::optional<int64_t>&),
                    const char* text) {
  std::optional<int64_t> out = 7;
  const absl::Status status = read(text, out);
  if (!status.ok()) return std::string(status.message());
  return out ? std::to_string(*out) : "none";
}

TEST(Size, MemoryHasALeast) {
  constexpr char kWants[] =
      "wants 6m or more: bytes, or a size with a unit, as 512k, 64m or 1.5g";
  EXPECT_EQ(Outcome(ReadMemory, "6m"), "6291456");
  EXPECT_EQ(Outcome(ReadMemory, "0"), "none");
  EXPECT_EQ(Outcome(ReadMemory, "6291455"), kWants);
  EXPECT_EQ(Outcome(ReadMemory, "4m"), kWants);
  EXPECT_EQ(Outcome(ReadMemory, "-1"), kWants);
  EXPECT_EQ(Outcome(ReadMemory, "much"), kWants);
}

TEST(Size, SwapMayBeUnlimited) {
  EXPECT_EQ(Outcome(ReadSwap, "-1"), "-1");
  EXPECT_EQ(Outcome(ReadSwap, "1g"), "1073741824");
  EXPECT_EQ(Outcome(ReadSwap, "0"), "none");
  EXPECT_EQ(Outcome(ReadSwap, "-2"),
            "wants -1 for unlimited, or bytes, or a size with a unit, as 512k, "
            "64m or 1.5g");
}

TEST(Size, SharedMemoryIsNeverEmpty) {
  std::optional<uint64_t> out;
  EXPECT_TRUE(ReadShmSize("1m", out).ok());
  EXPECT_EQ(out, 1U << 20);
  EXPECT_FALSE(ReadShmSize("0", out).ok());
  EXPECT_FALSE(ReadShmSize("-1", out).ok());
}

TEST(Size, TextIsForPeople) {
  const struct {
    uint64_t bytes;
    const char* text;
  } kCases[] = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1 KiB"},
      {1536, "1.5 KiB"},
      {64 << 20, "64 MiB"},
      {(64 << 20) + (512 << 10), "64.5 MiB"},
      {uint64_t{3} << 29, "1.5 GiB"},
      {(1 << 20) + 10240, "1 MiB"},
      {(1 << 20) + 11264, "1.01 MiB"},
      {123456789, "117 MiB"},
      {12345678, "11.7 MiB"},
      {1234567, "1.17 MiB"},
      {~uint64_t{0}, "16383 PiB"},
  };
  for (const auto& c : kCases) EXPECT_EQ(SizeText(c.bytes), c.text);
}

}  // namespace
}  // namespace chmdocker::cli
