#include "cli/image_text.h"

#include <stdio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/age.h"
#include "runtime/base/timestamp.h"

namespace chmdocker::cli {

std::string ShortId(absl::string_view digest) {
  constexpr size_t kShort = 12;
  return std::string(absl::StripPrefix(digest, "sha256:").substr(0, kShort));
}

std::string DecimalSize(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1000) {
    size /= 1000;
    ++unit;
  }
  char text[32];
  (void)snprintf(text, sizeof(text), "%.3g%s", size, kUnits[unit]);
  return text;
}

std::string AgeText(absl::string_view created, int64_t now) {
  std::optional<UnixTime> time = ParseTime(created);
  // Some builders leave the zone out.
  if (!time) time = ParseTime(absl::StrCat(created, "Z"));
  // docker's images that don't tell are of the year 1.
  if (!time || *time == 0) return "N/A";
  return absl::StrCat(Roughly(now - *time / kSecond), " ago");
}

}  // namespace chmdocker::cli
