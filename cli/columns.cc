#include "cli/columns.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace chmdocker::cli {

namespace {

// In characters: bytes of UTF-8 that continue one are none.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string Columns(const std::vector<Row>& rows, size_t least) {
  constexpr size_t kGap = 3;
  std::vector<size_t> widths(rows[0].size(), least);
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i]) + kGap);
    }
  }
  std::string out;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      absl::StrAppend(&out, row[i],
                      std::string(widths[i] - Width(row[i]), ' '));
    }
    absl::StrAppend(&out, row.back(), "\n");
  }
  return out;
}

}  // namespace chmdocker::cli
