#include "runtime/oci/number_list.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace chmdocker::oci {
namespace {

bool ParseNumber(absl::string_view text, uint32_t max, uint32_t* number) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, number) && *number <= max;
}

void Add(uint32_t first, uint32_t last, std::vector<uint64_t>& bits) {
  if (bits.size() <= last / 64) bits.resize(last / 64 + 1);
  for (uint32_t n = first; n <= last; ++n) {
    bits[n / 64] |= uint64_t{1} << n % 64;
  }
}

}  // namespace

std::optional<std::vector<uint64_t>> ParseNumberList(absl::string_view text,
                                                     uint32_t max) {
  std::vector<uint64_t> bits;
  for (absl::string_view range : absl::StrSplit(text, ',')) {
    range = absl::StripAsciiWhitespace(range);
    // runc takes "0-3,,7" and a comma at the end.
    if (range.empty()) continue;
    const std::pair<absl::string_view, absl::string_view> ends =
        absl::StrSplit(range, absl::MaxSplits('-', 1));
    uint32_t first = 0;
    if (!ParseNumber(ends.first, max, &first)) return std::nullopt;
    uint32_t last = first;
    if (range.size() != ends.first.size() &&
        !ParseNumber(ends.second, max, &last)) {
      return std::nullopt;
    }
    if (last < first) return std::nullopt;
    Add(first, last, bits);
  }
  return bits;
}

}  // namespace chmdocker::oci
