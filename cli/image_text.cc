#include "cli/image_text.h"

#include <stdio.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

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

int64_t ParseTime(absl::string_view text) {
  struct tm time = {};
  const std::string whole(text);
  int read = 0;
  if (sscanf(whole.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &time.tm_year,
             &time.tm_mon, &time.tm_mday, &time.tm_hour, &time.tm_min,
             &time.tm_sec, &read) != 6) {
    return 0;
  }
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  const int64_t seconds = timegm(&time);
  const size_t zone = whole.find_first_of("+-", static_cast<size_t>(read));
  int hours = 0;
  int minutes = 0;
  if (zone == std::string::npos ||
      sscanf(whole.c_str() + zone + 1, "%2d:%2d", &hours, &minutes) != 2) {
    return seconds;
  }
  const int64_t offset = int64_t{60} * (60 * hours + minutes);
  return whole[zone] == '+' ? seconds - offset : seconds + offset;
}

std::string AgeText(absl::string_view created, int64_t now) {
  const int64_t time = ParseTime(created);
  // docker's images that don't tell are of the year 1.
  if (time <= 0) return "N/A";
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t age = now - time;
  if (age < 1) return "Less than a second ago";
  if (age == 1) return "1 second ago";
  if (age < kMinute) return absl::StrCat(age, " seconds ago");
  if (age < 2 * kMinute) return "About a minute ago";
  if (age < kHour) return absl::StrCat(age / kMinute, " minutes ago");
  if (age < 2 * kHour) return "About an hour ago";
  if (age < 2 * kDay) return absl::StrCat(age / kHour, " hours ago");
  if (age < 14 * kDay) return absl::StrCat(age / kDay, " days ago");
  if (age < 60 * kDay) return absl::StrCat(age / (7 * kDay), " weeks ago");
  if (age < 730 * kDay) return absl::StrCat(age / (30 * kDay), " months ago");
  return absl::StrCat(age / (365 * kDay), " years ago");
}

}  // namespace chmdocker::cli
