#include "runtime/systemd/unit_properties.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"
#include "runtime/systemd/address.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/property_text.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::systemd {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

using Directories = std::vector<host::CgroupDirectory>;
using Texts = std::vector<std::string>;

const Directories kV2 = {{"", "/v2"}};
const Directories kV1 = {{"cpuset", "/s"}, {"cpu,cpuacct", "/c"},
                         {"memory", "/m"}, {"pids", "/p"},
                         {"blkio", "/b"},  {"name=systemd", "/n"}};

Texts Limits(const spec::Resources& resources, const Directories& hierarchies,
             int version = 252, bool has_v1 = false) {
  const absl::StatusOr<std::vector<cgroups::Write>> writes =
      cgroups::PlanWrites(resources, hierarchies, cgroups::Occasion::kCreate);
  if (!writes.ok()) return {std::string(writes.status().message())};
  Properties properties;
  AddLimits(
      *writes,
      {version, has_v1,
       "Character devices:\n  1 mem\n136 pts\n\nBlock devices:\n  8 sd\n"},
      &properties);
  return TextsOf(properties);
}

spec::Resources Limited() {
  spec::Resources resources;
  resources.memory.limit = 1 << 20;
  resources.memory.reservation = 1 << 19;
  resources.memory.swap = 3 << 20;
  resources.cpu.shares = 1024;
  resources.cpu.quota = 50000;
  resources.cpu.period = 200000;
  resources.cpu.cpus = "0-1,9";
  resources.cpu.mems = "0";
  resources.pids_limit = 20;
  resources.block_io.weight = 500;
  return resources;
}

TEST(AddLimits, OfV2) {
  EXPECT_THAT(
      Limits(Limited(), kV2),
      ElementsAre("AllowedCPUs=ay:3,2", "AllowedMemoryNodes=ay:1",
                  "CPUWeight=t:100", "MemorySwapMax=t:2097152",
                  "MemoryMax=t:1048576", "MemoryLow=t:524288", "TasksMax=t:20",
                  "IOWeight=t:4950", "CPUQuotaPeriodUSec=t:200000",
                  "CPUQuotaPerSecUSec=t:250000"));
}

TEST(AddLimits, OfV1) {
  EXPECT_THAT(
      Limits(Limited(), kV1),
      ElementsAre("AllowedCPUs=ay:3,2", "AllowedMemoryNodes=ay:1",
                  "CPUShares=t:1024", "MemoryLimit=t:1048576", "TasksMax=t:20",
                  "BlockIOWeight=t:500", "CPUQuotaPeriodUSec=t:200000",
                  "CPUQuotaPerSecUSec=t:250000"));
}

TEST(AddLimits, OfAnOldSystemd) {
  const Texts of_241 = Limits(Limited(), kV2, 241);
  for (const char* name :
       {"AllowedCPUs=ay:3,2", "CPUQuotaPeriodUSec=t:200000"}) {
    EXPECT_THAT(of_241, Not(Contains(name)));
  }
  EXPECT_THAT(of_241, Contains("CPUQuotaPerSecUSec=t:250000"));
}

TEST(AddLimits, AreUnlimitedWhenTheyAre) {
  spec::Resources resources;
  resources.memory.limit = -1;
  resources.cpu.quota = -1;
  resources.pids_limit = -1;
  EXPECT_THAT(Limits(resources, kV2),
              ElementsAre("MemorySwapMax=t:18446744073709551615",
                          "MemoryMax=t:18446744073709551615",
                          "TasksMax=t:18446744073709551615",
                          "CPUQuotaPerSecUSec=t:18446744073709551615"));
}

// What systemd would not take, and the kernel takes to be the nearest.
TEST(AddLimits, AreInSystemdsRange) {
  spec::Resources resources;
  resources.pids_limit = 0;
  resources.cpu.shares = 1;
  EXPECT_THAT(Limits(resources, kV1),
              ElementsAre("CPUShares=t:2", "TasksMax=t:1"));
}

TEST(AddLimits, RoundAQuotaUpToAPercent) {
  spec::Resources resources;
  resources.cpu.quota = 33333;
  EXPECT_THAT(Limits(resources, kV2),
              ElementsAre("CPUQuotaPerSecUSec=t:340000"));
}

TEST(AddLimits, HaveWhatIsUnified) {
  spec::Resources resources;
  resources.unified = {{"memory.high", "4096"},
                       {"cpu.max", "max 50000"},
                       {"io.weight", "default 5"},
                       {"hugetlb.2MB.max", "0"}};
  EXPECT_THAT(Limits(resources, kV2),
              ElementsAre("MemoryHigh=t:4096", "CPUQuotaPeriodUSec=t:50000",
                          "CPUQuotaPerSecUSec=t:18446744073709551615"));
}

TEST(AddLimits, KnowIdle) {
  spec::Resources resources;
  resources.cpu.shares = 1024;
  resources.cpu.idle = 1;
  EXPECT_THAT(Limits(resources, kV2),
              ElementsAre("CPUWeight=t:100", "CPUWeight=t:0"));
  EXPECT_THAT(Limits(resources, kV2, 251), ElementsAre("CPUWeight=t:100"));
}

TEST(AddLimits, LeaveOutAListThatIsNone) {
  for (const char* list : {"0-", "a", "3-1", "0-99999", "1-2-3"}) {
    spec::Resources resources;
    resources.cpu.cpus = list;
    EXPECT_THAT(Limits(resources, kV2), IsEmpty()) << list;
  }
}

// --- devices ---

Texts Devices(const std::vector<spec::DeviceRule>& rules, bool has_v1) {
  spec::Resources resources;
  resources.devices = rules;
  return Limits(resources, {{"devices", ""}}, 252, has_v1);
}

constexpr char kDefaults[] =
    "char-*,m,block-*,m,/dev/char/1:3,rwm,/dev/char/1:8,rwm,/dev/char/1:7,rwm,"
    "/dev/char/5:0,rwm,/dev/char/1:5,rwm,/dev/char/1:9,rwm,char-pts,rwm,"
    "/dev/char/5:2,rwm,/dev/char/10:200,rwm";

TEST(AddLimitsOfDevices, AreWhatEveryContainerHas) {
  EXPECT_THAT(Devices({{false, spec::DeviceKind::kAny, {}, {}, "rwm"}}, false),
              ElementsAre("DevicePolicy=s:strict", "DeviceAllow=a(ss):",
                          absl::StrCat("DeviceAllow=a(ss):", kDefaults)));
}

TEST(AddLimitsOfDevices, HaveRules) {
  EXPECT_THAT(Devices({{false, spec::DeviceKind::kAny, {}, {}, "rwm"},
                       {true, spec::DeviceKind::kBlock, 8, {}, "r"},
                       {true, spec::DeviceKind::kCharacter, 10, 229, "rw"},
                       {true, spec::DeviceKind::kCharacter, 4, 1, "rw"},
                       {false, spec::DeviceKind::kCharacter, 4, 1, "w"}},
                      true),
              ElementsAre("DevicePolicy=s:strict", "DeviceAllow=a(ss):",
                          absl::StrCat("DeviceAllow=a(ss):block-sd,r,"
                                       "/dev/char/10:229,rw,",
                                       kDefaults)));
}

TEST(AddLimitsOfDevices, AreNoneWhenAllIsAllowed) {
  EXPECT_THAT(Devices({{true, spec::DeviceKind::kAny, {}, {}, "rwm"}}, true),
              ElementsAre("DevicePolicy=s:auto", "DeviceAllow=a(ss):"));
}

// 77 has no name, and one minor number of all majors has none either.
TEST(AddLimitsOfDevices, AreNotTooFewWhereTheyCount) {
  for (const std::vector<spec::DeviceRule>& rules :
       {std::vector<spec::DeviceRule>{
            {true, spec::DeviceKind::kCharacter, 77, {}, "rwm"}},
        std::vector<spec::DeviceRule>{
            {true, spec::DeviceKind::kCharacter, {}, 5, "rwm"}}}) {
    EXPECT_THAT(Devices(rules, false),
                ElementsAre("DevicePolicy=s:auto", "DeviceAllow=a(ss):"));
    EXPECT_THAT(Devices(rules, true), Contains("DevicePolicy=s:strict"));
  }
}

// --- the whole unit ---

Texts Unit(const std::string& path, bool has_v1) {
  UnitName name;
  EXPECT_EQ(NameUnit(path, "web", Scope::kSystem, &name), absl::OkStatus());
  Properties properties;
  AddUnit(name, "what it is", 42, {252, has_v1, ""}, &properties);
  return TextsOf(properties);
}

TEST(AddUnit, OfAScope) {
  EXPECT_THAT(Unit("a.slice:b:c", false),
              ElementsAre("Description=s:what it is", "Slice=s:a.slice",
                          "Delegate=b:1", "PIDs=au:42", "MemoryAccounting=b:1",
                          "CPUAccounting=b:1", "TasksAccounting=b:1",
                          "IOAccounting=b:1", "DefaultDependencies=b:0"));
  EXPECT_THAT(Unit("", true), Contains("BlockIOAccounting=b:1"));
}

TEST(AddUnit, OfASlice) {
  const Texts texts = Unit("a.slice::a-b.slice", false);
  EXPECT_THAT(texts, Contains("Wants=as:a.slice"));
  EXPECT_THAT(texts, Not(Contains("PIDs=au:42")));
  EXPECT_THAT(texts, Not(Contains("Delegate=b:1")));
}

}  // namespace
}  // namespace chmdocker::systemd
