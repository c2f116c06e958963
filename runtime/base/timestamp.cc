#include "runtime/base/timestamp.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace chmdocker {
namespace {

// `count` digits at the beginning of `text`, which are taken off it.
bool TakeNumber(absl::string_view& text, size_t count, int& out) {
  if (text.size() < count) return false;
  const absl::string_view digits = text.substr(0, count);
  for (const char c : digits) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  text.remove_prefix(count);
  return absl::SimpleAtoi(digits, &out);
}

bool TakeDate(absl::string_view& text, tm& date) {
  const bool taken =
      TakeNumber(text, 4, date.tm_year) && absl::ConsumePrefix(&text, "-") &&
      TakeNumber(text, 2, date.tm_mon) && absl::ConsumePrefix(&text, "-") &&
      TakeNumber(text, 2, date.tm_mday) &&
      (absl::ConsumePrefix(&text, "T") || absl::ConsumePrefix(&text, " ")) &&
      TakeNumber(text, 2, date.tm_hour) && absl::ConsumePrefix(&text, ":") &&
      TakeNumber(text, 2, date.tm_min) && absl::ConsumePrefix(&text, ":") &&
      TakeNumber(text, 2, date.tm_sec);
  date.tm_year -= 1900;
  date.tm_mon -= 1;
  return taken;
}

// What is behind the point, in nanoseconds; more digits than nine are dropped.
int64_t TakeFraction(absl::string_view& text) {
  int64_t fraction = 0;
  int64_t unit = kSecond / 10;
  if (!absl::ConsumePrefix(&text, ".")) return 0;
  int digit = 0;
  for (; TakeNumber(text, 1, digit); unit /= 10) fraction += digit * unit;
  return fraction;
}

// Seconds east of UTC.
std::optional<int64_t> TakeZone(absl::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool is_west = absl::ConsumePrefix(&text, "-");
  if (!is_west && !absl::ConsumePrefix(&text, "+")) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  if (!TakeNumber(text, 2, hours) || !absl::ConsumePrefix(&text, ":") ||
      !TakeNumber(text, 2, minutes) || !text.empty()) {
    return std::nullopt;
  }
  const int64_t east = hours * int64_t{3600} + minutes * int64_t{60};
  return is_west ? -east : east;
}

}  // namespace

UnixTime TimeNow() {
  timespec now = {};
  // Not by the vdso, whose first use costs three page faults.
  (void)syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

std::string FormatTime(UnixTime time) {
  const time_t seconds = static_cast<time_t>(time / kSecond);
  tm utc = {};
  gmtime_r(&seconds, &utc);
  const auto two = [](int number) {
    return absl::Dec(number, absl::kZeroPad2);
  };
  return absl::StrCat(
      absl::Dec(utc.tm_year + 1900, absl::kZeroPad4), "-", two(utc.tm_mon + 1),
      "-", two(utc.tm_mday), "T", two(utc.tm_hour), ":", two(utc.tm_min), ":",
      two(utc.tm_sec), ".", absl::Dec(time % kSecond, absl::kZeroPad9), "Z");
}

std::string Now() { return FormatTime(TimeNow()); }

std::optional<UnixTime> ParseTime(absl::string_view text) {
  tm date = {};
  if (!TakeDate(text, date)) return std::nullopt;
  const int64_t fraction = TakeFraction(text);
  const std::optional<int64_t> zone = TakeZone(text);
  if (!zone) return std::nullopt;
  constexpr int64_t kLast = std::numeric_limits<UnixTime>::max() / kSecond - 1;
  const int64_t seconds =
      std::clamp(int64_t{timegm(&date)} - *zone, int64_t{0}, kLast);
  return seconds * kSecond + fraction;
}

}  // namespace chmdocker
