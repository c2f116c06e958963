#include "runtime/cgroups/cgroup_plan.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Directories = std::vector<host::CgroupDirectory>;

const Directories kV2 = {{"", "/v2"}};
const Directories kV1 = {
    {"cpuset", "/s"},  {"cpu,cpuacct", "/c"}, {"memory", "/m"},
    {"pids", "/p"},    {"blkio", "/b"},       {"hugetlb", "/h"},
    {"net_cls", "/n"}, {"net_prio", "/n"},    {"rdma", "/r"},
};
const Directories kHybrid = {{"memory", "/m"}, {"devices", "/d"}, {"", "/u"}};

// "HIERARCHY FILE=VALUE", with what may fail: "?ENOENT" as its number.
std::string Text(const Write& write) {
  std::string text =
      absl::StrCat(write.hierarchy, " ", write.file, "=", write.value);
  for (const int error : write.ignored) absl::StrAppend(&text, " ?", error);
  if (!write.fallback_file.empty()) {
    absl::StrAppend(&text, " or ", write.fallback_file, "=",
                    write.fallback_value);
  }
  if (!write.above.empty()) absl::StrAppend(&text, " >", write.above);
  return text;
}

std::vector<std::string> Plan(const spec::Resources& resources,
                              const Directories& hierarchies,
                              Occasion occasion = Occasion::kCreate) {
  const absl::StatusOr<std::vector<Write>> writes =
      PlanWrites(resources, hierarchies, occasion);
  if (!writes.ok()) return {std::string(writes.status().message())};
  std::vector<std::string> texts;
  for (const Write& write : *writes) texts.push_back(Text(write));
  return texts;
}

TEST(WeightFromShares, IsTheCurveOfTheOtherRuntimes) {
  for (const auto& [shares, weight] :
       std::vector<std::pair<uint64_t, uint64_t>>{{0, 1},
                                                  {1, 1},
                                                  {2, 1},
                                                  {3, 2},
                                                  {100, 17},
                                                  {256, 35},
                                                  {512, 59},
                                                  {1024, 100},
                                                  {2048, 174},
                                                  {65536, 3023},
                                                  {262143, 10000},
                                                  {262144, 10000},
                                                  {1000000, 10000}}) {
    EXPECT_EQ(WeightFromShares(shares), weight) << shares;
  }
}

TEST(WeightFromShares, IsWhatLibmSays) {
  for (uint64_t shares = 3; shares < 262144; ++shares) {
    const double l = std::log2(static_cast<double>(shares));
    const double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
    ASSERT_EQ(WeightFromShares(shares),
              static_cast<uint64_t>(std::ceil(std::pow(10, exponent))))
        << shares;
  }
}

TEST(PlanWrites, HasNothingForNothing) {
  EXPECT_THAT(Plan({}, kV1), IsEmpty());
  EXPECT_THAT(Plan({}, kV2), IsEmpty());
  EXPECT_THAT(Plan({}, {}), IsEmpty());
}

TEST(PlanWrites, TakesZeroForNotSet) {
  spec::Resources resources;
  resources.memory = {.limit = 0, .reservation = 0, .swap = 0};
  resources.cpu.shares = 0;
  resources.cpu.quota = 0;
  resources.cpu.period = 0;
  resources.block_io.weight = 0;
  EXPECT_THAT(Plan(resources, kV1), IsEmpty());
  EXPECT_THAT(Plan(resources, kV2), IsEmpty());
}

TEST(PlanWrites, SetsCpu) {
  spec::Resources resources;
  resources.cpu = {.shares = 512,
                   .quota = 50000,
                   .burst = 1000,
                   .period = 20000,
                   .cpus = "0-1",
                   .mems = "0",
                   .idle = 1};
  EXPECT_THAT(Plan(resources, kV1),
              ElementsAre("cpuset cpuset.cpus=0-1", "cpuset cpuset.mems=0",
                          "cpu,cpuacct cpu.shares=512",
                          "cpu,cpuacct cpu.cfs_period_us=20000",
                          "cpu,cpuacct cpu.cfs_quota_us=50000",
                          "cpu,cpuacct cpu.cfs_burst_us=1000 ?2",
                          "cpu,cpuacct cpu.idle=1"));
  EXPECT_THAT(Plan(resources, kV1, Occasion::kUpdate),
              ElementsAre("cpuset cpuset.cpus=0-1", "cpuset cpuset.mems=0",
                          "cpu,cpuacct cpu.shares=512",
                          "cpu,cpuacct cpu.cfs_period_us=20000 ?22",
                          "cpu,cpuacct cpu.cfs_burst_us=1000 ?2 ?22",
                          "cpu,cpuacct cpu.cfs_quota_us=50000",
                          "cpu,cpuacct cpu.cfs_period_us=20000",
                          "cpu,cpuacct cpu.cfs_burst_us=1000 ?2",
                          "cpu,cpuacct cpu.idle=1"));
  EXPECT_THAT(Plan(resources, kV2),
              ElementsAre(" cpuset.cpus=0-1", " cpuset.mems=0",
                          " cpu.weight=59 ?22", " cpu.idle=1",
                          " cpu.max=50000 20000", " cpu.max.burst=1000 ?2"));
  EXPECT_THAT(
      Plan(resources, kV2, Occasion::kUpdate),
      ElementsAre(" cpuset.cpus=0-1", " cpuset.mems=0", " cpu.weight=59 ?22",
                  " cpu.idle=1", " cpu.max.burst=1000 ?2 ?22",
                  " cpu.max=50000 20000", " cpu.max.burst=1000 ?2"));
}

TEST(PlanWrites, SetsPartsOfCpuMaxOfV2) {
  spec::Resources resources;
  resources.cpu.quota = -1;
  resources.cpu.idle = 0;
  resources.cpu.shares = 1024;
  EXPECT_THAT(Plan(resources, kV2),
              ElementsAre(" cpu.idle=0", " cpu.weight=100", " cpu.max=max"));
  resources.cpu = {.period = 50000};
  EXPECT_THAT(Plan(resources, kV2), ElementsAre(" cpu.max=max 50000"));
}

TEST(PlanWrites, SetsRealtime) {
  spec::Resources resources;
  resources.cpu = {.realtime_runtime = 5000, .realtime_period = 10000};
  EXPECT_THAT(Plan(resources, kV1),
              ElementsAre("cpu,cpuacct cpu.rt_period_us=10000",
                          "cpu,cpuacct cpu.rt_runtime_us=5000"));
  EXPECT_THAT(Plan(resources, kV1, Occasion::kUpdate),
              ElementsAre("cpu,cpuacct cpu.rt_period_us=10000 ?22",
                          "cpu,cpuacct cpu.rt_runtime_us=5000",
                          "cpu,cpuacct cpu.rt_period_us=10000"));
  EXPECT_THAT(Plan(resources, kV2), IsEmpty());
  EXPECT_THAT(NotApplied(resources, kV2),
              ElementsAre("cpu.realtimeRuntime", "cpu.realtimePeriod"));
}

struct MemoryCase {
  spec::MemoryResources memory;
  std::vector<std::string> v1;
  std::vector<std::string> v1_update;
  std::vector<std::string> v2;
};

TEST(PlanWrites, SetsMemory) {
  const std::string limit = "memory memory.limit_in_bytes=";
  const std::string swap = "memory memory.memsw.limit_in_bytes=";
  for (const MemoryCase& c : std::vector<MemoryCase>{
           {{.limit = 100},
            {limit + "100"},
            {limit + "100"},
            {" memory.max=100"}},
           {{.limit = 100, .swap = 300},
            {limit + "100", swap + "300"},
            {limit + "100 ?22", swap + "300", limit + "100"},
            {" memory.swap.max=200", " memory.max=100"}},
           // docker's default, where the kernel may not count swap.
           {{.limit = 100, .swap = 300, .swap_if_counted = true},
            {limit + "100", swap + "300 ?2"},
            {limit + "100 ?22", swap + "300 ?2", limit + "100"},
            {" memory.swap.max=200 ?2", " memory.max=100"}},
           // No swap at all.
           {{.limit = 100, .swap = 100},
            {limit + "100", swap + "100"},
            {limit + "100 ?22", swap + "100", limit + "100"},
            {" memory.swap.max=0 ?2", " memory.max=100"}},
           {{.limit = 100, .swap = -1},
            {limit + "100", swap + "-1"},
            {limit + "100 ?22", swap + "-1", limit + "100"},
            {" memory.swap.max=max ?2", " memory.max=100"}},
           {{.limit = -1},
            {swap + "-1 ?2", limit + "-1"},
            {swap + "-1 ?2", limit + "-1"},
            {" memory.swap.max=max ?2", " memory.max=max"}},
           {{.limit = -1, .swap = 50},
            {limit + "-1", swap + "50"},
            {limit + "-1 ?22", swap + "50", limit + "-1"},
            {" memory.swap.max=50", " memory.max=max"}},
           {{.reservation = 50},
            {"memory memory.soft_limit_in_bytes=50"},
            {"memory memory.soft_limit_in_bytes=50"},
            {" memory.low=50"}},
           {{.swappiness = 0, .disable_oom_killer = true},
            {"memory memory.oom_control=1", "memory memory.swappiness=0"},
            {"memory memory.oom_control=1", "memory memory.swappiness=0"},
            {}},
           {{.disable_oom_killer = false},
            {},
            {"memory memory.oom_control=0"},
            {}},
       }) {
    spec::Resources resources;
    resources.memory = c.memory;
    EXPECT_EQ(Plan(resources, kV1), c.v1);
    EXPECT_EQ(Plan(resources, kV1, Occasion::kUpdate), c.v1_update);
    EXPECT_EQ(Plan(resources, kV2), c.v2);
  }
}

TEST(PlanWrites, ChecksMemoryBeforeUpdate) {
  spec::Resources resources;
  resources.memory = {.limit = 100, .check_before_update = true};
  EXPECT_THAT(Plan(resources, kV2), ElementsAre(" memory.max=100"));
  EXPECT_THAT(Plan(resources, kV2, Occasion::kUpdate),
              ElementsAre(" memory.max=100 >memory.current"));
}

TEST(PlanWrites, RefusesBadMemory) {
  const auto message = [](const spec::MemoryResources& memory) {
    spec::Resources resources;
    resources.memory = memory;
    return Plan(resources, kV2);
  };
  EXPECT_THAT(
      message({.limit = -2}),
      ElementsAre("linux.resources.memory.limit: \"-2\" must be -1 or more"));
  EXPECT_THAT(message({.limit = 200, .swap = 100}),
              ElementsAre(HasSubstr("must be memory.limit, 200, or more")));
  EXPECT_THAT(message({.swap = 100}),
              ElementsAre("linux.resources.memory.swap: \"100\" needs a "
                          "memory.limit with cgroup v2"));
  EXPECT_THAT(message({.swappiness = 101}),
              ElementsAre(HasSubstr("memory.swappiness: \"101\" must be")));
}

TEST(PlanWrites, SetsPids) {
  spec::Resources resources;
  for (const auto& [limit, text] : std::vector<std::pair<int64_t, std::string>>{
           {5, "5"}, {0, "1"}, {-1, "max"}}) {
    resources.pids_limit = limit;
    EXPECT_THAT(Plan(resources, kV1), ElementsAre("pids pids.max=" + text));
    EXPECT_THAT(Plan(resources, kV2), ElementsAre(" pids.max=" + text));
  }
}

TEST(PlanWrites, SetsBlockIo) {
  spec::Resources resources;
  resources.block_io = {.weight = 10,
                        .weight_devices = {{8, 0, 1000, {}}},
                        .read_bps = {{8, 0, 1}},
                        .write_bps = {{8, 0, 2}},
                        .read_iops = {{8, 0, 3}},
                        .write_iops = {{8, 16, 0}}};
  EXPECT_THAT(Plan(resources, kV1),
              ElementsAre("blkio blkio.weight=10 or blkio.bfq.weight=10",
                          "blkio blkio.weight_device=8:0 1000 or "
                          "blkio.bfq.weight_device=8:0 1000",
                          "blkio blkio.throttle.read_bps_device=8:0 1",
                          "blkio blkio.throttle.write_bps_device=8:0 2",
                          "blkio blkio.throttle.read_iops_device=8:0 3",
                          "blkio blkio.throttle.write_iops_device=8:16 0"));
  EXPECT_THAT(Plan(resources, kV2),
              ElementsAre(" io.bfq.weight=10 or io.weight=1",
                          " io.bfq.weight=8:0 1000 or io.weight=8:0 10000",
                          " io.max=8:0 rbps=1", " io.max=8:0 wbps=2",
                          " io.max=8:0 riops=3", " io.max=8:16 wiops=max"));
}

TEST(PlanWrites, SetsTheOthers) {
  spec::Resources resources;
  resources.hugepage_limits = {{"2MB", 4096}};
  resources.network = {7, {{"eth0", 3}}};
  resources.rdma = {{"mlx5_0", 2, 2000}, {"mlx5_1", {}, 5}};
  EXPECT_THAT(Plan(resources, kV1),
              ElementsAre("hugetlb hugetlb.2MB.limit_in_bytes=4096",
                          "hugetlb hugetlb.2MB.rsvd.limit_in_bytes=4096 ?2",
                          "net_cls net_cls.classid=7",
                          "net_prio net_prio.ifpriomap=eth0 3",
                          "rdma rdma.max=mlx5_0 hca_handle=2 hca_object=2000",
                          "rdma rdma.max=mlx5_1 hca_object=5"));
  EXPECT_THAT(Plan(resources, kV2),
              ElementsAre(" hugetlb.2MB.max=4096",
                          " hugetlb.2MB.rsvd.max=4096 "
                          "?2",
                          " rdma.max=mlx5_0 hca_handle=2 hca_object=2000",
                          " rdma.max=mlx5_1 hca_object=5"));
  EXPECT_THAT(NotApplied(resources, kV2),
              ElementsAre("network.classID", "network.priorities"));
  EXPECT_THAT(NotApplied(resources, kV1), IsEmpty());
}

TEST(PlanWrites, SetsUnified) {
  spec::Resources resources;
  resources.unified = {{"io.max", "8:0 rbps=1\n8:16 rbps=2\n"},
                       {"memory.high", "100"}};
  EXPECT_THAT(Plan(resources, kHybrid),
              ElementsAre(HasSubstr("devices.deny"), _, _, _, _, _, _, _, _, _,
                          _, _, " io.max=8:0 rbps=1", " io.max=8:16 rbps=2",
                          " memory.high=100"));
  EXPECT_THAT(Plan(resources, kV1),
              ElementsAre("linux.resources.unified.io.max: no cgroup v2 "
                          "hierarchy is mounted"));
  for (const char* file : {"../memory.max", "memory", ".x", "a/b.c"}) {
    resources.unified = {{file, "1"}};
    EXPECT_THAT(Plan(resources, kV2),
                ElementsAre(HasSubstr("must be the name of a file")))
        << file;
  }
}

// v1's hierarchy is taken where there is one, v2's where there isn't.
TEST(PlanWrites, FindsTheHierarchy) {
  spec::Resources resources;
  resources.memory.limit = 5;
  resources.pids_limit = 5;
  const Directories hybrid = {{"memory", "/m"}, {"", "/u"}};
  EXPECT_THAT(Plan(resources, hybrid),
              ElementsAre("memory memory.limit_in_bytes=5", " pids.max=5"));
  EXPECT_THAT(Plan(resources, {{"memory", "/m"}}),
              ElementsAre("linux.resources.pids.limit: no cgroup hierarchy "
                          "with the controller pids is mounted"));
}

const std::vector<std::string> kDefaultDevices = {
    "c *:* m",     "b *:* m",   "c 1:3 rwm",   "c 1:8 rwm",
    "c 1:7 rwm",   "c 5:0 rwm", "c 1:5 rwm",   "c 1:9 rwm",
    "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm"};

std::vector<std::string> WithDefaults(std::vector<std::string> texts) {
  for (const std::string& rule : kDefaultDevices) {
    texts.push_back(absl::StrCat("devices devices.allow=", rule, " ?1"));
  }
  return texts;
}

struct DeviceCase {
  std::vector<spec::DeviceRule> rules;
  std::vector<std::string> writes;
};

TEST(PlanWrites, SetsDevices) {
  using enum spec::DeviceKind;
  const std::string allow = "devices devices.allow=";
  const std::string deny = "devices devices.deny=";
  const spec::DeviceRule allow_all = {true, kAny, {}, {}, "rwm"};
  const spec::DeviceRule deny_all = {false, kAny, {}, {}, "mrw"};
  for (const DeviceCase& c : std::vector<DeviceCase>{
           {{}, WithDefaults({deny + "a"})},
           {{deny_all}, WithDefaults({deny + "a"})},
           // As a privileged container has it.
           {{deny_all, allow_all}, {allow + "a"}},
           {{deny_all, {true, kCharacter, 10, 229, "rwm"}},
            WithDefaults({deny + "a", allow + "c 10:229 rwm"})},
           {{{true, kBlock, 8, {}, "r"}},
            WithDefaults({deny + "a", allow + "b 8:* r"})},
           {{allow_all, {false, kCharacter, 1, 3, "w"}},
            WithDefaults({allow + "a", deny + "c 1:3 w"})},
           // Behind "a" the kernel would not read on.
           {{{true, kAny, 1, 3, "rw"}},
            WithDefaults({deny + "a", allow + "c 1:3 rw", allow + "b 1:3 rw"})},
           {{{true, kAny, {}, {}, "m"}},
            WithDefaults({deny + "a", allow + "c *:* m", allow + "b *:* m"})},
           {{{true, kBlock, 8, 0, "r"}, deny_all}, WithDefaults({deny + "a"})},
       }) {
    spec::Resources resources;
    resources.devices = c.rules;
    EXPECT_EQ(Plan(resources, kHybrid), c.writes);
    EXPECT_EQ(Plan(resources, kHybrid, Occasion::kUpdate),
              c.rules.empty() ? std::vector<std::string>() : c.writes);
    EXPECT_THAT(Plan(resources, kV2), IsEmpty());
  }
}

TEST(PlanWrites, RefusesDeviceRulesWithoutEffect) {
  using enum spec::DeviceKind;
  spec::Resources resources;
  resources.devices = {{true, kBlock, 8, {}, "rwm"},
                       {false, kBlock, 8, 0, "w"}};
  EXPECT_THAT(Plan(resources, kHybrid),
              ElementsAre(HasSubstr("linux.resources.devices[1]: takes back")));
  EXPECT_THAT(Plan(resources, kV2), IsEmpty());
}

TEST(UsesDeviceFilter, WhereV2HasTheDevices) {
  EXPECT_TRUE(UsesDeviceFilter(kV2));
  EXPECT_FALSE(UsesDeviceFilter(kHybrid));
  EXPECT_TRUE(UsesDeviceFilter({{"memory", "/m"}, {"", "/u"}}));
  EXPECT_FALSE(UsesDeviceFilter({{"memory", "/m"}}));
}

TEST(NotApplied, HasWhatV2Lacks) {
  spec::Resources resources;
  resources.memory = {.kernel = 5,
                      .kernel_tcp = 5,
                      .swappiness = 5,
                      .disable_oom_killer = true,
                      .use_hierarchy = false};
  resources.block_io.leaf_weight = 5;
  EXPECT_THAT(NotApplied(resources, kV2),
              ElementsAre("memory.kernel", "memory.kernelTCP",
                          "memory.useHierarchy", "memory.swappiness",
                          "memory.disableOOMKiller", "blockIO.leafWeight"));
}

TEST(ControllerOf, IsTheFirstWord) {
  EXPECT_EQ(ControllerOf("memory.swap.max"), "memory");
  EXPECT_EQ(ControllerOf("cgroup.freeze"), "");
}

}  // namespace
}  // namespace chmdocker::cgroups
