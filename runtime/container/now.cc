#include "runtime/container/now.h"

#include <time.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace chmdocker::container {

std::string Now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  tm utc = {};
  gmtime_r(&now.tv_sec, &utc);
  const auto two = [](int number) {
    return absl::Dec(number, absl::kZeroPad2);
  };
  return absl::StrCat(
      absl::Dec(utc.tm_year + 1900, absl::kZeroPad4), "-", two(utc.tm_mon + 1),
      "-", two(utc.tm_mday), "T", two(utc.tm_hour), ":", two(utc.tm_min), ":",
      two(utc.tm_sec), ".", absl::Dec(now.tv_nsec, absl::kZeroPad9), "Z");
}

}  // namespace chmdocker::container
