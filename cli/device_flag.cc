#include "cli/device_flag.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "cli/size.h"

namespace chmdocker::cli {
namespace {

// Each of r, w and m once at most, and one of them at least.
bool IsAccess(absl::string_view text) {
  if (text.empty()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!absl::StrContains("rwm", text[i])) return false;
    if (absl::StrContains(text.substr(0, i), text[i])) return false;
  }
  return true;
}

bool IsPath(absl::string_view text) {
  return text.size() > 1 && text[0] == '/';
}

// The part behind the last colon is the number: a path may have one, too.
absl::Status Read(absl::string_view text,
                  absl::Status (*read)(absl::string_view, uint64_t&),
                  absl::string_view wants, std::vector<BlockDeviceFlag>& out) {
  const size_t colon = text.rfind(':');
  BlockDeviceFlag flag;
  if (colon == absl::string_view::npos || !IsPath(text.substr(0, colon)) ||
      !read(text.substr(colon + 1), flag.number).ok()) {
    return absl::InvalidArgumentError(wants);
  }
  flag.path = text.substr(0, colon);
  out.push_back(std::move(flag));
  return absl::OkStatus();
}

template <int64_t kLeast, int64_t kMost>
absl::Status ReadWithin(absl::string_view text, uint64_t& out) {
  int64_t value = 0;
  const absl::Status read = ReadNumber(text, kLeast, kMost, value);
  out = static_cast<uint64_t>(value);
  return read;
}

}  // namespace

absl::Status ReadDevice(absl::string_view text, std::vector<DeviceFlag>& out) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  DeviceFlag flag = {std::string(parts[0]), std::string(parts[0]), "rwm"};
  bool is_right = IsPath(parts[0]) && parts.size() <= 3;
  if (parts.size() == 2 && IsAccess(parts[1])) {
    flag.access = parts[1];
  } else if (parts.size() > 1) {
    flag.destination = parts[1];
    is_right = is_right && IsPath(parts[1]);
  }
  if (parts.size() == 3) {
    flag.access = parts[2];
    is_right = is_right && IsAccess(parts[2]);
  }
  if (!is_right) {
    return absl::InvalidArgumentError(
        "wants SRC[:DST[:ACCESS]], two absolute paths and letters of rwm, as "
        "/dev/fuse:/dev/fuse:rw");
  }
  out.push_back(std::move(flag));
  return absl::OkStatus();
}

absl::Status ReadByteRate(absl::string_view text,
                          std::vector<BlockDeviceFlag>& out) {
  return Read(
      text,
      [](absl::string_view number, uint64_t& rate) {
        const absl::Status read = ReadSize(number, rate);
        return read.ok() && rate == 0 ? absl::InvalidArgumentError("") : read;
      },
      "wants PATH:RATE, an absolute path and bytes a second from 1 on, as "
      "/dev/sda:1m",
      out);
}

absl::Status ReadOperationRate(absl::string_view text,
                               std::vector<BlockDeviceFlag>& out) {
  return Read(
      text, ReadWithin<1, kLargest>,
      "wants PATH:RATE, an absolute path and operations a second from 1 on, as "
      "/dev/sda:1000",
      out);
}

absl::Status ReadDeviceWeight(absl::string_view text,
                              std::vector<BlockDeviceFlag>& out) {
  return Read(
      text, ReadWithin<10, 1000>,
      "wants PATH:WEIGHT, an absolute path and a number from 10 to 1000, as "
      "/dev/sda:500",
      out);
}

}  // namespace chmdocker::cli
