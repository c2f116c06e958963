#include "runtime/host/id_ranges.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace chmdocker::host {
namespace {

struct Line {
  absl::string_view owner;
  IdRange range;
};

// "ann:100000:65536". The last id of all is no id: (uid_t)-1.
std::optional<Line> ReadLine(absl::string_view text) {
  const std::vector<absl::string_view> fields = absl::StrSplit(text, ':');
  Line line;
  if (fields.size() != 3 || fields[0].empty() ||
      !absl::SimpleAtoi(fields[1], &line.range.first) ||
      !absl::SimpleAtoi(fields[2], &line.range.count) ||
      line.range.count == 0 ||
      line.range.count >
          std::numeric_limits<uint32_t>::max() - line.range.first) {
    return std::nullopt;
  }
  line.owner = fields[0];
  return line;
}

}  // namespace

std::vector<IdRange> RangesOf(absl::string_view file, absl::string_view name,
                              uint32_t uid) {
  const std::string number = absl::StrCat(uid);
  std::vector<IdRange> ranges;
  for (const absl::string_view text : absl::StrSplit(file, '\n')) {
    const std::optional<Line> line = ReadLine(text);
    if (line &&
        (line->owner == number || (!name.empty() && line->owner == name))) {
      ranges.push_back(line->range);
    }
  }
  return ranges;
}

uint32_t FreeRange(absl::string_view file) {
  uint32_t free = 100000;
  for (const absl::string_view text : absl::StrSplit(file, '\n')) {
    if (const std::optional<Line> line = ReadLine(text)) {
      free = std::max(free, line->range.first + line->range.count);
    }
  }
  return free;
}

}  // namespace chmdocker::host
