#include "cli/processors.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/oci/number_list.h"

namespace chmdocker::cli {
namespace {

constexpr uint64_t kBillion = 1'000'000'000;
constexpr size_t kMostDigits = 9;
// More than any kernel has: CONFIG_NR_CPUS is 8192 at most.
constexpr uint32_t kMostNumber = 65535;

bool IsDigits(absl::string_view text) {
  return text.find_first_not_of("0123456789") == absl::string_view::npos;
}

}  // namespace

absl::Status ReadCpus(absl::string_view text, std::optional<uint64_t>& out) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('.', 1));
  std::string digits(parts.second);
  uint64_t whole = 0;
  uint64_t fraction = 0;
  const bool is_number = !text.empty() && text != "." &&
                         IsDigits(parts.first) &&
                         parts.first.size() <= kMostDigits &&
                         IsDigits(digits) && digits.size() <= kMostDigits;
  digits.resize(kMostDigits, '0');
  if (!is_number ||
      !(parts.first.empty() || absl::SimpleAtoi(parts.first, &whole)) ||
      !absl::SimpleAtoi(digits, &fraction)) {
    return absl::InvalidArgumentError("wants a number of CPUs, as 0.5 or 2");
  }
  out = whole * kBillion + fraction;
  return absl::OkStatus();
}

// docker's words.
absl::Status CheckCpus(uint64_t billionths, uint32_t processors) {
  constexpr uint64_t kLeast = kBillion / 100;
  if (billionths >= kLeast && billionths <= processors * kBillion) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--cpus: range of CPUs is from 0.01 to ", processors,
                   ".00, as there are only ", processors, " CPUs available"));
}

absl::Status ReadNumbers(absl::string_view text, std::string& out) {
  const std::optional<std::vector<uint64_t>> bits =
      oci::ParseNumberList(text, kMostNumber);
  if (!bits || bits->empty()) {
    return absl::InvalidArgumentError("wants a list of numbers, as 0-3,7");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status CheckNumbers(absl::string_view flag, absl::string_view list,
                          absl::string_view things,
                          absl::string_view available) {
  available = absl::StripAsciiWhitespace(available);
  const std::optional<std::vector<uint64_t>> wanted =
      oci::ParseNumberList(list, kMostNumber);
  const std::optional<std::vector<uint64_t>> there =
      oci::ParseNumberList(available, kMostNumber);
  if (!wanted || !there) return absl::OkStatus();
  for (size_t i = 0; i < wanted->size(); ++i) {
    if (((*wanted)[i] & ~(i < there->size() ? (*there)[i] : 0)) == 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", Quote(list), ": requested ", things,
                     " are not available; available: ", available));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
