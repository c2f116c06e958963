#include "cli/stats_table.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cli {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30;

TEST(StatsTable, UsageIsTheDifference) {
  cgroups::Stats before;
  before.cpu.total = 1'000'000'000;
  cgroups::Stats now;
  now.cpu.total = 1'750'000'000;
  now.memory.usage = 100 << 20;
  now.memory.limit = ~uint64_t{0};
  now.memory.raw = {{"inactive_file", 1 << 20},
                    {"total_inactive_file", 40 << 20}};
  now.pids = 3;
  now.io_service_bytes = {{8, 0, "Read", 10},
                          {8, 0, "Write", 20},
                          {8, 16, "Read", 5},
                          {8, 0, "Total", 30}};
  const Usage usage = UsageFrom("c", before, now, 500'000'000, kGiB);
  EXPECT_EQ(usage.cpu, 15000U) << "one and a half CPUs";
  EXPECT_EQ(usage.memory, 60U << 20);
  EXPECT_EQ(usage.memory_limit, kGiB);
  EXPECT_EQ(usage.read, 15U);
  EXPECT_EQ(usage.written, 20U);
  EXPECT_EQ(usage.processes, 3U);
}

TEST(StatsTable, StrangeNumbersDoNoHarm) {
  cgroups::Stats before;
  before.cpu.total = 10;
  cgroups::Stats now;
  now.memory.usage = 5;
  now.memory.limit = 3;
  now.memory.raw = {{"inactive_file", 50}};
  const Usage usage = UsageFrom("c", before, now, 0, kGiB);
  EXPECT_EQ(usage.cpu, 0U);
  EXPECT_EQ(usage.memory, 0U);
  EXPECT_EQ(usage.memory_limit, 3U);
}

const Usage kOne = {"web", 15005, 60 << 20, kGiB, 0, 2048, 3};
const Usage kOther = {"a-longer-name", 0, 0, 0, 0, 0, 0};

TEST(StatsTable, ColumnsAreAligned) {
  EXPECT_EQ(
      UsageTable({kOne, kOther}),
      "CONTAINER       CPU %     MEM USAGE / LIMIT   MEM %   BLOCK I/O     "
      "PIDS\n"
      "web             150.05%   60 MiB / 1 GiB      5.85%   0 B / 2 KiB   3\n"
      "a-longer-name   0.00%     0 B / 0 B           0.00%   0 B / 0 B     "
      "0\n");
  EXPECT_EQ(
      UsageTable({}),
      "CONTAINER   CPU %   MEM USAGE / LIMIT   MEM %   BLOCK I/O   PIDS\n");
}

TEST(StatsTable, LinesHaveDockersKeys) {
  EXPECT_EQ(UsageLines({kOne}),
            R"({"BlockIO":"0 B / 2 KiB","CPUPerc":"150.05%","Container":"web",)"
            R"("MemPerc":"5.85%","MemUsage":"60 MiB / 1 GiB","PIDs":"3"})"
            "\n");
  EXPECT_EQ(UsageLines({}), "");
}

}  // namespace
}  // namespace chmdocker::cli
