// Flags that name a device of the host. Pure: nothing is looked at.
#ifndef CHMDOCKER_CLI_DEVICE_FLAG_H_
#define CHMDOCKER_CLI_DEVICE_FLAG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// --device SRC[:DST[:ACCESS]].
struct DeviceFlag {
  std::string source;       // absolute, on the host
  std::string destination;  // absolute, in the container
  std::string access;       // of "rwm"
};

// PATH:NUMBER, for one block device: a weight, or bytes or operations a second.
struct BlockDeviceFlag {
  std::string path;  // absolute, on the host
  uint64_t number = 0;
};

// docker's rules: without DST it is SRC, without ACCESS all of it; a second
// part that is an ACCESS is that.
absl::Status ReadDevice(absl::string_view text, std::vector<DeviceFlag>& out);

// --device-read-bps and --device-write-bps: the number is a size.
absl::Status ReadByteRate(absl::string_view text,
                          std::vector<BlockDeviceFlag>& out);
// --device-read-iops and --device-write-iops.
absl::Status ReadOperationRate(absl::string_view text,
                               std::vector<BlockDeviceFlag>& out);
// --blkio-weight-device: 10 to 1000.
absl::Status ReadDeviceWeight(absl::string_view text,
                              std::vector<BlockDeviceFlag>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_DEVICE_FLAG_H_
