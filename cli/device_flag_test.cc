#include "cli/device_flag.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

std::string Device(const char* text) {
  std::vector<DeviceFlag> out;
  const absl::Status status = ReadDevice(text, out);
  if (!status.ok()) return std::string(status.message());
  return out[0].source + " " + out[0].destination + " " + out[0].access;
}

TEST(DeviceFlag, HasOneToThreeParts) {
  EXPECT_EQ(Device("/dev/a"), "/dev/a /dev/a rwm");
  EXPECT_EQ(Device("/dev/a:/dev/b"), "/dev/a /dev/b rwm");
  EXPECT_EQ(Device("/dev/a:r"), "/dev/a /dev/a r");
  EXPECT_EQ(Device("/dev/a:/dev/b:wr"), "/dev/a /dev/b wr");
}

TEST(DeviceFlag, RefusesTheRest) {
  for (const char* text :
       {"", ":", "dev/a", "/", "/dev/a:", "/dev/a:b", "/dev/a:rr",
        "/dev/a:/dev/b:", "/dev/a:/dev/b:x", "/dev/a:/dev/b:rwmr", "/dev/a:r:w",
        "/dev/a:/dev/b:r:w", ":/dev/b"}) {
    EXPECT_EQ(Device(text),
              "wants SRC[:DST[:ACCESS]], two absolute paths and letters of "
              "rwm, as /dev/fuse:/dev/fuse:rw")
        << text;
  }
}

using Reader = absl::Status (*)(absl::string_view,
                                std::vector<BlockDeviceFlag>&);

std::string Rate(Reader read, const char* text) {
  std::vector<BlockDeviceFlag> out;
  if (!read(text, out).ok()) return "refused";
  return out[0].path + " " + std::to_string(out[0].number);
}

TEST(DeviceFlag, RatesAreSizesOrNumbers) {
  EXPECT_EQ(Rate(ReadByteRate, "/dev/sda:1mb"), "/dev/sda 1048576");
  EXPECT_EQ(Rate(ReadByteRate, "/dev/disk:1:5"), "/dev/disk:1 5");
  EXPECT_EQ(Rate(ReadOperationRate, "/dev/sda:100"), "/dev/sda 100");
  EXPECT_EQ(Rate(ReadDeviceWeight, "/dev/sda:10"), "/dev/sda 10");
  EXPECT_EQ(Rate(ReadDeviceWeight, "/dev/sda:1000"), "/dev/sda 1000");
  for (const char* text : {"", "/dev/sda", "sda:1", "/dev/sda:", ":1",
                           "/dev/sda:-1", "/dev/sda:x", "/dev/sda:0"}) {
    EXPECT_EQ(Rate(ReadByteRate, text), "refused") << text;
    EXPECT_EQ(Rate(ReadOperationRate, text), "refused") << text;
    EXPECT_EQ(Rate(ReadDeviceWeight, text), "refused") << text;
  }
  EXPECT_EQ(Rate(ReadOperationRate, "/dev/sda:1k"), "refused");
  EXPECT_EQ(Rate(ReadDeviceWeight, "/dev/sda:9"), "refused");
  EXPECT_EQ(Rate(ReadDeviceWeight, "/dev/sda:1001"), "refused");
}

}  // namespace
}  // namespace chmdocker::cli
