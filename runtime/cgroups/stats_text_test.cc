#include "runtime/cgroups/stats_text.h"

#include <cstdint>
#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cgroups {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(NumberFrom, ReadsOne) {
  EXPECT_EQ(NumberFrom("4096\n"), 4096U);
  EXPECT_EQ(NumberFrom("max\n"), ~uint64_t{0});
  EXPECT_EQ(NumberFrom("9223372036854771712\n"), ~uint64_t{0});
  EXPECT_EQ(NumberFrom(""), std::nullopt);
  EXPECT_EQ(NumberFrom("-1\n"), std::nullopt);
  EXPECT_EQ(NumberFrom("a\n"), std::nullopt);
}

TEST(NumbersFrom, ReadsARow) {
  EXPECT_THAT(NumbersFrom("17 0 25 \n"), ElementsAre(17, 0, 25));
  EXPECT_THAT(NumbersFrom(""), IsEmpty());
}

TEST(KeyValuesFrom, ReadsLines) {
  const KeyValues values =
      KeyValuesFrom("cache 12\nrss 0\nodd line here\nalone\n\nlast 3");
  EXPECT_THAT(values,
              ElementsAre(Pair("cache", 12), Pair("rss", 0), Pair("last", 3)));
  EXPECT_EQ(ValueOf(values, "last"), 3U);
  EXPECT_EQ(ValueOf(values, "las"), 0U);
}

TEST(BlockIoFrom, ReadsV1) {
  const auto entries = BlockIoFrom(
      "254:0 Read 1282048\n254:0 Write 2195456\n254:0 Total 3477504\n"
      "Total 3477504\n254 Read 1\n");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[1].major, 254U);
  EXPECT_EQ(entries[1].minor, 0U);
  EXPECT_EQ(entries[1].operation, "Write");
  EXPECT_EQ(entries[1].value, 2195456U);
}

TEST(AddIoStat, ReadsV2) {
  Stats stats;
  AddIoStat(
      "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n"
      "8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 "
      "cost.usage=5\n253:0 \n",
      &stats);
  ASSERT_EQ(stats.io_service_bytes.size(), 4U);
  ASSERT_EQ(stats.io_serviced.size(), 4U);
  EXPECT_EQ(stats.io_service_bytes[1].minor, 16U);
  EXPECT_EQ(stats.io_service_bytes[1].operation, "Write");
  EXPECT_EQ(stats.io_service_bytes[1].value, 314773504U);
  EXPECT_EQ(stats.io_serviced[2].operation, "Read");
  EXPECT_EQ(stats.io_serviced[2].value, 8950U);
}

TEST(CpuStats, AreNanoseconds) {
  CpuStats cpu;
  SetCpuacctStat("user 3\nsystem 2\n", &cpu);
  EXPECT_EQ(cpu.user, 30'000'000U);
  EXPECT_EQ(cpu.kernel, 20'000'000U);
  SetCpuStatV1(
      "nr_periods 5\nnr_throttled 4\nthrottled_time 3\nnr_bursts 0\n"
      "burst_time 0\n",
      &cpu);
  EXPECT_EQ(cpu.periods, 5U);
  EXPECT_EQ(cpu.throttled_periods, 4U);
  EXPECT_EQ(cpu.throttled_time, 3U);
  SetCpuStatV2(
      "usage_usec 9\nuser_usec 5\nsystem_usec 4\nnr_periods 3\n"
      "nr_throttled 2\nthrottled_usec 1\n",
      &cpu);
  EXPECT_EQ(cpu.total, 9000U);
  EXPECT_EQ(cpu.user, 5000U);
  EXPECT_EQ(cpu.kernel, 4000U);
  EXPECT_EQ(cpu.periods, 3U);
  EXPECT_EQ(cpu.throttled_periods, 2U);
  EXPECT_EQ(cpu.throttled_time, 1000U);
}

TEST(PageSizeFrom, IsAsTheKernelNamesFiles) {
  EXPECT_EQ(PageSizeFrom("hugepages-64kB"), "64KB");
  EXPECT_EQ(PageSizeFrom("hugepages-2048kB"), "2MB");
  EXPECT_EQ(PageSizeFrom("hugepages-1048576kB"), "1GB");
  EXPECT_EQ(PageSizeFrom("hugepages-2048"), "");
  EXPECT_EQ(PageSizeFrom("other"), "");
}

}  // namespace
}  // namespace chmdocker::cgroups
