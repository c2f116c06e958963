#include "cli/flag.h"

#include <algorithm>
#include <cstdint>
#include <limits>
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

absl::Status ReadNumber(absl::string_view text, int64_t least, int64_t most,
                        int64_t& out) {
  int64_t value = 0;
  if (ReadValue(text, value).ok() && value >= least && value <= most) {
    out = value;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      most == kLargest
          ? absl::StrCat("wants a number, ", least, " or more")
          : absl::StrCat("wants a number from ", least, " to ", most));
}

absl::Status Ignore(void*, absl::string_view) { return absl::OkStatus(); }

}  // namespace chmdocker::cli
