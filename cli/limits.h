// What a person's container may use, as the command line has it. Pure data.
#ifndef CHMDOCKER_CLI_LIMITS_H_
#define CHMDOCKER_CLI_LIMITS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/device_flag.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cli {

struct Limits {
  // One of the flags was given that a cgroup is needed for.
  bool need_cgroup = false;
  std::string name;           // of the container; empty: one is made up
  std::string cgroup_parent;  // as linux.cgroupsPath; empty: the caller's place
  spec::Resources resources;  // but for what follows
  std::optional<uint64_t> cpus;  // --cpus, in billionths
  std::vector<DeviceFlag> devices;
  std::vector<BlockDeviceFlag> weight_devices;
  std::vector<BlockDeviceFlag> read_bps;
  std::vector<BlockDeviceFlag> write_bps;
  std::vector<BlockDeviceFlag> read_iops;
  std::vector<BlockDeviceFlag> write_iops;

  // What no cgroup is needed for.
  std::optional<int64_t> oom_score_adj;
  std::vector<spec::Rlimit> ulimits;
  std::optional<uint64_t> shm_size;  // bytes
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIMITS_H_
