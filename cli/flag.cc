#include "cli/flag.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// absl::SimpleAtoi alone would take blanks and "+".
template <class T>
absl::Status ReadUnsigned(absl::string_view text, T& out) {
  uint64_t value = 0;
  constexpr uint64_t kMost = std::numeric_limits<T>::max();
  if (!IsDigits(text) || !absl::SimpleAtoi(text, &value) || value > kMost) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants a number from 0 to ", kMost));
  }
  out = static_cast<T>(value);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadValue(absl::string_view text, bool& out) {
  if (text != "true" && text != "false") {
    return absl::InvalidArgumentError("wants true or false");
  }
  out = text == "true";
  return absl::OkStatus();
}

absl::Status ReadValue(absl::string_view text, std::string& out) {
  out = text;
  return absl::OkStatus();
}

absl::Status ReadValue(absl::string_view text, uint16_t& out) {
  return ReadUnsigned(text, out);
}
absl::Status ReadValue(absl::string_view text, uint32_t& out) {
  return ReadUnsigned(text, out);
}
absl::Status ReadValue(absl::string_view text, uint64_t& out) {
  return ReadUnsigned(text, out);
}

absl::Status ReadValue(absl::string_view text, int64_t& out) {
  if (!IsDigits(absl::StripPrefix(text, "-")) ||
      !absl::SimpleAtoi(text, &out)) {
    return absl::InvalidArgumentError("wants a number of 64 bits");
  }
  return absl::OkStatus();
}

absl::Status ReadValue(absl::string_view text, std::vector<std::string>& out) {
  out.emplace_back(text);
  return absl::OkStatus();
}

absl::Status ReadValue(absl::string_view text, std::vector<uint32_t>& out) {
  for (const absl::string_view word : absl::StrSplit(text, ',')) {
    CHM_RETURN_IF_ERROR(ReadUnsigned(word, out.emplace_back()));
  }
  return absl::OkStatus();
}

absl::Status ReadBytes(absl::string_view text, std::optional<int64_t>& out) {
  if (text == "-1") {
    out = -1;
    return absl::OkStatus();
  }
  const size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  std::string unit = absl::AsciiStrToLower(text.substr(digits));
  unit = std::string(absl::StripSuffix(absl::StripSuffix(unit, "b"), "i"));
  const size_t power =
      unit.empty() ? 0 : absl::string_view("kmgtp").find(unit) + 1;
  uint64_t value = 0;
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  if (unit.size() > 1 || (!unit.empty() && power == 0) ||
      !ReadUnsigned(text.substr(0, digits), value).ok() ||
      value > kMost >> (10 * power)) {
    return absl::InvalidArgumentError(
        "wants bytes, as 1048576, 1024k, 1m or 1g, or -1 for unlimited");
  }
  out = static_cast<int64_t>(value << (10 * power));
  return absl::OkStatus();
}

absl::Status Ignore(void*, absl::string_view) { return absl::OkStatus(); }

}  // namespace chmdocker::cli
