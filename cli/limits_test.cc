// The flags of limits, from words to specification.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/limit_names.h"
#include "cli/limits_to_spec.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "gtest/gtest.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {
namespace {

using List = std::vector<std::string>;

absl::StatusOr<RunOptions> Parse(List words) {
  words.emplace_back("sh");
  const absl::StatusOr<RunWords> run = ParseRun(words, [] { return true; });
  if (!run.ok()) return run.status();
  return std::get<RunOptions>(*run);
}

absl::StatusOr<spec::ContainerSpec> Spec(const List& words) {
  const absl::StatusOr<RunOptions> options = Parse(words);
  if (!options.ok()) return options.status();
  spec::ContainerSpec spec = spec::RootfsDefaults();
  const absl::Status status = LimitsToSpec(options->limits, spec);
  if (!status.ok()) return status;
  return spec;
}

TEST(Limits, ReachTheSpecification) {
  const absl::StatusOr<spec::ContainerSpec> spec = Spec({"-m",
                                                         "64m",
                                                         "--memory-swap=128M",
                                                         "--memory-reservation",
                                                         "32m",
                                                         "--memory-swappiness",
                                                         "10",
                                                         "--oom-kill-disable",
                                                         "-c",
                                                         "512",
                                                         "--cpus",
                                                         "1.5",
                                                         "--cpuset-cpus",
                                                         "0-1",
                                                         "--cpuset-mems",
                                                         "0",
                                                         "--pids-limit",
                                                         "100",
                                                         "--blkio-weight",
                                                         "300",
                                                         "--oom-score-adj",
                                                         "-5",
                                                         "--ulimit",
                                                         "nofile=10:20",
                                                         "--cpu-burst",
                                                         "1000"});
  ASSERT_TRUE(spec.ok()) << spec.status();
  const spec::MemoryResources& memory = spec->resources.memory;
  EXPECT_EQ(memory.limit, 64 << 20);
  EXPECT_EQ(memory.swap, 128 << 20);
  EXPECT_EQ(memory.reservation, 32 << 20);
  EXPECT_EQ(memory.swappiness, 10U);
  EXPECT_EQ(memory.disable_oom_killer, true);
  EXPECT_FALSE(memory.swap_if_counted);
  const spec::CpuResources& cpu = spec->resources.cpu;
  EXPECT_EQ(cpu.shares, 512U);
  EXPECT_EQ(cpu.period, 100000U);
  EXPECT_EQ(cpu.quota, 150000);
  EXPECT_EQ(cpu.burst, 1000U);
  EXPECT_EQ(cpu.cpus, "0-1");
  EXPECT_EQ(cpu.mems, "0");
  EXPECT_EQ(spec->resources.pids_limit, 100);
  EXPECT_EQ(spec->resources.block_io.weight, 300);
  EXPECT_EQ(spec->process.oom_score_adj, -5);
  ASSERT_EQ(spec->process.rlimits.size(), 1U);
  EXPECT_EQ(spec->process.rlimits[0].hard, 20U);
}

// docker's: as much swap again as memory, where swap is counted.
TEST(Limits, OfMemoryIsOneOfSwap) {
  const spec::MemoryResources memory = Spec({"-m", "64m"})->resources.memory;
  EXPECT_EQ(memory.swap, 128 << 20);
  EXPECT_TRUE(memory.swap_if_counted);
  const spec::MemoryResources none = Spec({"-c", "512"})->resources.memory;
  EXPECT_EQ(none.swap, std::nullopt);
}

TEST(Limits, ShmSizeIsThatOfTheMount) {
  const absl::StatusOr<spec::ContainerSpec> spec = Spec({"--shm-size", "1m"});
  ASSERT_TRUE(spec.ok());
  for (const spec::Mount& mount : spec->mounts) {
    if (mount.destination == "/dev/shm") {
      EXPECT_EQ(mount.data, "mode=1777,size=1048576");
    }
  }
  spec::ContainerSpec hosts = spec::TutorialDefaults();
  EXPECT_EQ(LimitsToSpec(Parse({"--shm-size", "1m"})->limits, hosts).message(),
            "--shm-size: needs --rootfs DIR; without it the container has the "
            "host's /dev/shm");
}

TEST(Limits, OnlySomeNeedACgroup) {
  for (const List& words :
       {List{"-t"}, List{"--oom-score-adj", "1"}, List{"--ulimit", "core=0"},
        List{"--shm-size", "1m"}}) {
    EXPECT_FALSE(Parse(words)->limits.need_cgroup) << words[0];
  }
  for (const List& words :
       {List{"-m", "6m"}, List{"--cpus", "1"}, List{"--name", "a"},
        List{"--pids-limit", "-1"}, List{"--device", "/dev/null"},
        List{"--cgroup-parent", "/a"}, List{"--device-read-bps", "/dev/a:1"}}) {
    EXPECT_TRUE(Parse(words)->limits.need_cgroup) << words[0];
  }
}

TEST(Limits, SayWhatIsWrong) {
  const struct {
    List words;
    const char* error;
  } kCases[] = {
      {{"-m", "5m"},
       "--memory \"5m\": wants 6m or more: bytes, or a size with a unit, as "
       "512k, 64m or 1.5g"},
      {{"--cpus", "x"}, "--cpus \"x\": wants a number of CPUs, as 0.5 or 2"},
      {{"-c", "1"}, "--cpu-shares \"1\": wants a number from 2 to 262144"},
      {{"--cpu-period", "999"},
       "--cpu-period \"999\": wants a number from 1000 to 1000000"},
      {{"--cpu-quota", "999"},
       "--cpu-quota \"999\": wants microseconds, 1000 or more, or -1 for "
       "unlimited"},
      {{"--pids-limit", "-2"},
       "--pids-limit \"-2\": wants a number, 1 or more, or -1 for unlimited"},
      {{"--blkio-weight", "9"},
       "--blkio-weight \"9\": wants a number from 10 to 1000"},
      {{"--blkio-weight", "1001"},
       "--blkio-weight \"1001\": wants a number from 10 to 1000"},
      {{"--memory-swappiness", "101"},
       "--memory-swappiness \"101\": wants a number from 0 to 100"},
      {{"--oom-score-adj", "1001"},
       "--oom-score-adj \"1001\": wants a number from -1000 to 1000"},
      {{"--cpuset-cpus", "a"},
       "--cpuset-cpus \"a\": wants a list of numbers, as 0-3,7"},
      {{"--name", "a b"},
       "--name \"a b\": container id \"a b\": wants letters, digits and any "
       "of _+.-"},
      {{"--memory-swap", "64m"},
       "--memory-swap: needs --memory, which is part of it"},
      {{"-m", "64m", "--memory-swap", "63m"},
       "--memory-swap: is memory and swap together, and must be at least "
       "--memory, 67108864 bytes"},
      {{"-m", "64m", "--memory-reservation", "65m"},
       "--memory-reservation: must be at most --memory, 67108864 bytes"},
      {{"--cpus", "1", "--cpu-quota", "1000"},
       "--cpus: is a quota of a period, and can't be set together with "
       "--cpu-quota"},
      {{"--cpus", "1", "--cpu-period", "1000"},
       "--cpus: is a quota of a period, and can't be set together with "
       "--cpu-period"},
      {{"--memory", "64m", "--bundle", "b"},
       "flags of a container from a bundle and of a container for a command "
       "don't go together"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Spec(c.words).status().message(), c.error);
  }
}

TEST(Limits, AreNamedByTheirFlags) {
  EXPECT_EQ(WithFlagName("linux.resources.memory.limit: write: EBUSY"),
            "--memory: write: EBUSY");
  EXPECT_EQ(WithFlagName("linux.resources.rdma: no: such"), "rdma: no: such");
  EXPECT_EQ(WithFlagName("linux.cgroupsPath: \"..\" leads out"),
            "--cgroup-parent: \"..\" leads out");
  EXPECT_EQ(WithFlagName("step 1/2 mount"), "step 1/2 mount");
  EXPECT_EQ(WithFlagName(absl::InternalError("linux.resources.devices: x")),
            absl::InternalError("--device: x"));
}

}  // namespace
}  // namespace chmdocker::cli
