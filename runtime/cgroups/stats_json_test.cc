#include "runtime/cgroups/stats_json.h"

#include "gtest/gtest.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cgroups {
namespace {

TEST(StatsJson, IsRuncs) {
  Stats stats;
  stats.cpu = {.total = 70,
               .user = 40,
               .kernel = 30,
               .per_cpu = {50, 20},
               .periods = 4,
               .throttled_periods = 3,
               .throttled_time = 2};
  stats.memory = {.usage = 4096,
                  .max_usage = 8192,
                  .limit = ~uint64_t{0},
                  .swap_usage = 5000,
                  .swap_limit = ~uint64_t{0},
                  .fail_count = 1,
                  .raw = {{"cache", 12}, {"rss", 0}}};
  stats.pids = 2;
  stats.pids_limit = 100;
  stats.io_service_bytes = {{8, 0, "Read", 4096}};
  stats.io_serviced = {{8, 0, "Read", 1}, {8, 0, "Write", 0}};
  stats.hugepages = {{"2MB", 1, 2, 0}};
  EXPECT_EQ(
      StatsJson("a\"b", stats),
      R"({"type":"stats","id":"a\"b","data":{)"
      R"("cpu":{"usage":{"total":70,"percpu":[50,20],"kernel":30,"user":40},)"
      R"("throttling":{"periods":4,"throttledPeriods":3,"throttledTime":2}},)"
      R"("memory":{"cache":12,"usage":{"limit":18446744073709551615,)"
      R"("usage":4096,"max":8192,"failcnt":1},)"
      R"("swap":{"limit":18446744073709551615,"usage":5000,"failcnt":0},)"
      R"("raw":{"cache":12,"rss":0}},"pids":{"current":2,"limit":100},)"
      R"("blkio":{"ioServiceBytesRecursive":[)"
      R"({"major":8,"op":"Read","value":4096}],"ioServicedRecursive":[)"
      R"({"major":8,"op":"Read","value":1},{"major":8,"op":"Write"}]},)"
      R"("hugetlb":{"2MB":{"usage":1,"max":2,"failcnt":0}},"intel_rdt":{},)"
      R"("network_interfaces":null}})");
}

TEST(StatsJson, LeavesZerosOut) {
  EXPECT_EQ(StatsJson("x", {}),
            R"({"type":"stats","id":"x","data":{"cpu":{"usage":{"kernel":0,)"
            R"("user":0},"throttling":{}},"memory":{"usage":{"limit":0,)"
            R"("failcnt":0},"swap":{"limit":0,"failcnt":0},"raw":{}},)"
            R"("pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},)"
            R"("network_interfaces":null}})");
}

// v2's name for the page cache.
TEST(StatsJson, KnowsTheCacheOfV2) {
  Stats stats;
  stats.memory.raw = {{"anon", 1}, {"file", 7}};
  EXPECT_NE(StatsJson("x", stats).find(R"("cache":7)"), std::string::npos);
}

TEST(OomJson, IsRuncs) {
  EXPECT_EQ(OomJson("x"), R"({"type":"oom","id":"x"})");
}

}  // namespace
}  // namespace chmdocker::cgroups
