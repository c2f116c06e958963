#include "cli/host_limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/device_flag.h"
#include "cli/limits.h"
#include "cli/processors.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

absl::Status Wrong(absl::string_view flag, absl::string_view path,
                   absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " ", Quote(path), ": ", reason));
}

absl::StatusOr<struct stat> Look(absl::string_view flag,
                                 const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0) return status;
  return Wrong(flag, path, ErrnoError(errno, "stat").message());
}

bool IsDevice(const struct stat& status) {
  return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
}

// Collects what --device asks for.
class Devices {
 public:
  explicit Devices(spec::ContainerSpec& spec, bool lenient = false)
      : spec_(spec), lenient_(lenient) {
    // All others are refused; what every container has is allowed without being
    // said.
    spec.resources.devices.push_back(
        {false, spec::DeviceKind::kAny, {}, {}, "rwm"});
  }

  absl::Status Add(const DeviceFlag& flag) {
    CHM_ASSIGN_OR_RETURN(const struct stat status,
                         Look("--device", flag.source));
    if (IsDevice(status)) {
      AddOne(flag, status);
      return absl::OkStatus();
    }
    found_ = false;
    if (S_ISDIR(status.st_mode)) CHM_RETURN_IF_ERROR(AddBelow(flag));
    if (found_) return absl::OkStatus();
    return Wrong("--device", flag.source,
                 "is no device, and no directory that has any");
  }

 private:
  void AddOne(const DeviceFlag& flag, const struct stat& status) {
    found_ = true;
    const spec::DeviceKind kind = S_ISBLK(status.st_mode)
                                      ? spec::DeviceKind::kBlock
                                      : spec::DeviceKind::kCharacter;
    const uint32_t number[] = {major(status.st_rdev), minor(status.st_rdev)};
    spec_.resources.devices.push_back(
        {true, kind, number[0], number[1], flag.access});
    // Without a root file system of its own the container has the host's node.
    if (spec_.root.path.empty()) return;
    std::erase_if(spec_.devices, [&](const spec::Device& other) {
      return other.path == flag.destination;
    });
    spec_.devices.push_back({flag.destination, number[0], number[1],
                             status.st_mode & 0777, kind, status.st_uid,
                             status.st_gid, flag.source});
  }

  absl::Status AddBelow(const DeviceFlag& top) {
    std::vector<DeviceFlag> left = {top};
    while (!left.empty()) {
      const DeviceFlag directory = std::move(left.back());
      left.pop_back();
      CHM_RETURN_IF_ERROR(AddIn(directory, left));
    }
    return absl::OkStatus();
  }

  // As docker does: what belongs to each container itself is left out, and so
  // are links. Directories in it are added to `left`.
  absl::Status AddIn(const DeviceFlag& directory,
                     std::vector<DeviceFlag>& left) {
    const UniqueFd fd(
        open(directory.source.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) {
      if (lenient_) return absl::OkStatus();
      return Wrong("--device", directory.source,
                   ErrnoError(errno, "open").message());
    }
    CHM_ASSIGN_OR_RETURN(std::vector<std::string> names,
                         sys::ReadDirectory(fd.get(), directory.source));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      struct stat status;
      if (fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        continue;  // gone
      }
      DeviceFlag below = {absl::StrCat(directory.source, "/", name),
                          absl::StrCat(directory.destination, "/", name),
                          directory.access};
      if (IsDevice(status) && name != "console") AddOne(below, status);
      if (S_ISDIR(status.st_mode) && !IsContainers(name)) {
        left.push_back(std::move(below));
      }
    }
    return absl::OkStatus();
  }

  static bool IsContainers(absl::string_view name) {
    return name == "pts" || name == "shm" || name == "fd" || name == "mqueue";
  }

  spec::ContainerSpec& spec_;
  const bool lenient_;  // what can't be read is passed over
  bool found_ = false;
};

absl::StatusOr<struct stat> LookAtBlockDevice(absl::string_view flag,
                                              const std::string& path) {
  CHM_ASSIGN_OR_RETURN(const struct stat status, Look(flag, path));
  if (S_ISBLK(status.st_mode)) return status;
  return Wrong(flag, path, "is no block device");
}

absl::Status AddRates(absl::string_view flag,
                      const std::vector<BlockDeviceFlag>& rates,
                      std::vector<spec::BlockIoThrottle>& out) {
  for (const BlockDeviceFlag& rate : rates) {
    CHM_ASSIGN_OR_RETURN(const struct stat status,
                         LookAtBlockDevice(flag, rate.path));
    out.push_back({major(status.st_rdev), minor(status.st_rdev), rate.number});
  }
  return absl::OkStatus();
}

absl::Status AddBlockIo(const Limits& limits, spec::BlockIoResources& io) {
  for (const BlockDeviceFlag& flag : limits.weight_devices) {
    CHM_ASSIGN_OR_RETURN(const struct stat status,
                         LookAtBlockDevice("--blkio-weight-device", flag.path));
    spec::BlockIoWeight weight = {major(status.st_rdev), minor(status.st_rdev)};
    weight.weight = static_cast<uint16_t>(flag.number);
    io.weight_devices.push_back(weight);
  }
  CHM_RETURN_IF_ERROR(
      AddRates("--device-read-bps", limits.read_bps, io.read_bps));
  CHM_RETURN_IF_ERROR(
      AddRates("--device-write-bps", limits.write_bps, io.write_bps));
  CHM_RETURN_IF_ERROR(
      AddRates("--device-read-iops", limits.read_iops, io.read_iops));
  return AddRates("--device-write-iops", limits.write_iops, io.write_iops);
}

// A kernel without such a file has nothing to be looked up, and says itself
// what it does not take.
absl::Status CheckList(absl::string_view flag, absl::string_view list,
                       absl::string_view things, const char* path) {
  if (list.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> online = sys::ReadSmallFile(path);
  if (!online.ok()) return absl::OkStatus();
  return CheckNumbers(flag, list, things, *online);
}

}  // namespace

absl::Status AddHostLimits(const Limits& limits, spec::ContainerSpec& spec) {
  if (limits.cpus) {
    CHM_RETURN_IF_ERROR(CheckCpus(
        *limits.cpus, static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_ONLN))));
  }
  CHM_RETURN_IF_ERROR(CheckList("--cpuset-cpus", limits.resources.cpu.cpus,
                                "CPUs", "/sys/devices/system/cpu/online"));
  CHM_RETURN_IF_ERROR(CheckList("--cpuset-mems", limits.resources.cpu.mems,
                                "memory nodes",
                                "/sys/devices/system/node/online"));
  if (!limits.devices.empty()) {
    Devices devices(spec);
    for (const DeviceFlag& flag : limits.devices) {
      CHM_RETURN_IF_ERROR(devices.Add(flag));
    }
  }
  return AddBlockIo(limits, spec.resources.block_io);
}

absl::Status AddAllDevices(spec::ContainerSpec& spec) {
  Devices devices(spec, /*lenient=*/true);
  CHM_RETURN_IF_ERROR(devices.Add({"/dev", "/dev", "rwm"}));
  spec.resources.devices = {{true, spec::DeviceKind::kAny, {}, {}, "rwm"}};
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
