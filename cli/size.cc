#include "cli/size.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

constexpr absl::string_view kDigits = "0123456789";
constexpr absl::string_view kUnits = "kmgtp";
constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
constexpr uint64_t kLeastMemory = 6 << 20;

// How many powers of 1024 a unit is: 0 for "" and "b", 1 for "k", "KB", "kib".
std::optional<size_t> PowerOf(absl::string_view text) {
  std::string unit = absl::AsciiStrToLower(text);
  if (unit.empty() || unit == "b") return 0;
  const size_t power = kUnits.find(unit[0]);
  const absl::string_view rest = absl::string_view(unit).substr(1);
  if (power == absl::string_view::npos ||
      (!rest.empty() && rest != "b" && rest != "i" && rest != "ib")) {
    return std::nullopt;
  }
  return power + 1;
}

// 0.DIGITS of 2^shift, which is at most 2^50, rounded down.
uint64_t Fraction(absl::string_view digits, size_t shift) {
  uint64_t value = 0;
  for (size_t i = digits.size(); i > 0; --i) {
    value =
        ((static_cast<uint64_t>(digits[i - 1] - '0') << shift) + value) / 10;
  }
  return value;
}

absl::Status WantsSize(absl::string_view more) {
  return absl::InvalidArgumentError(absl::StrCat(
      "wants ", more, "bytes, or a size with a unit, as 512k, 64m or 1.5g"));
}

// Takes the digits from the front of `text`.
absl::string_view TakeDigits(absl::string_view& text) {
  const size_t count = std::min(text.find_first_not_of(kDigits), text.size());
  const absl::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

}  // namespace

absl::Status ReadSize(absl::string_view text, uint64_t& out) {
  const absl::string_view whole = TakeDigits(text);
  absl::string_view fraction;
  if (absl::ConsumePrefix(&text, ".")) {
    fraction = TakeDigits(text);
    if (fraction.empty()) return WantsSize("");
  }
  const std::optional<size_t> power = PowerOf(text);
  uint64_t value = 0;
  if (!power || !absl::SimpleAtoi(whole, &value) ||
      value > kMost >> (10 * *power)) {
    return WantsSize("");
  }
  // The sum may be just over the most: then it wraps to no negative number.
  out = std::min(kMost,
                 (value << (10 * *power)) + Fraction(fraction, 10 * *power));
  return absl::OkStatus();
}

absl::Status ReadBytes(absl::string_view text, std::optional<int64_t>& out) {
  uint64_t value = 0;
  if (text == "-1") {
    out = -1;
  } else if (!absl::StrContains(text, '.') && ReadSize(text, value).ok()) {
    out = static_cast<int64_t>(value);
  } else {
    return absl::InvalidArgumentError(
        "wants bytes, as 1048576, 1024k, 1m or 1g, or -1 for unlimited");
  }
  return absl::OkStatus();
}

absl::Status ReadMemory(absl::string_view text, std::optional<int64_t>& out) {
  uint64_t value = 0;
  if (!ReadSize(text, value).ok() || (value > 0 && value < kLeastMemory)) {
    return WantsSize("6m or more: ");
  }
  out.reset();
  if (value > 0) out = static_cast<int64_t>(value);
  return absl::OkStatus();
}

absl::Status ReadSwap(absl::string_view text, std::optional<int64_t>& out) {
  uint64_t value = 0;
  out.reset();
  if (text == "-1") {
    out = -1;
  } else if (!ReadSize(text, value).ok()) {
    return WantsSize("-1 for unlimited, or ");
  } else if (value > 0) {
    out = static_cast<int64_t>(value);
  }
  return absl::OkStatus();
}

absl::Status ReadShmSize(absl::string_view text, std::optional<uint64_t>& out) {
  uint64_t value = 0;
  if (!ReadSize(text, value).ok() || value == 0) {
    return WantsSize("more than 0: ");
  }
  out = value;
  return absl::OkStatus();
}

std::string SizeText(uint64_t bytes) {
  constexpr absl::string_view kNames[] = {"B",   "KiB", "MiB",
                                          "GiB", "TiB", "PiB"};
  size_t power = 0;
  while (power + 1 < std::size(kNames) && bytes >> (10 * (power + 1)) != 0) {
    ++power;
  }
  const uint64_t unit = uint64_t{1} << (10 * power);
  const uint64_t whole = bytes / unit;
  // Three digits tell a person enough.
  const size_t places = power == 0 || whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
  uint64_t scale = 1;
  for (size_t i = 0; i < places; ++i) scale *= 10;
  const uint64_t rest = (bytes % unit >> (10 * (power == 0 ? 0 : power - 1))) *
                        scale / (power == 0 ? 1 : 1024);
  std::string text = absl::StrCat(whole);
  std::string digits;
  if (rest > 0) {
    digits = absl::StrCat(scale + rest).substr(1);
    digits.resize(digits.find_last_not_of('0') + 1);
    absl::StrAppend(&text, ".", digits);
  }
  return absl::StrCat(text, " ", kNames[power]);
}

}  // namespace chmdocker::cli
