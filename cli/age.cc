#include "cli/age.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace chmdocker::cli {

std::string Roughly(int64_t seconds) {
  constexpr int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  struct Unit {
    int64_t most;  // before the next is used
    int64_t one;
    const char* singular;
    const char* plural;
  };
  constexpr Unit kUnits[] = {
      {kMinute, 1, "1 second", " seconds"},
      {kHour, kMinute, "About a minute", " minutes"},
      {2 * kDay, kHour, "About an hour", " hours"},
      {14 * kDay, kDay, "1 day", " days"},
      {60 * kDay, 7 * kDay, "1 week", " weeks"},
      {730 * kDay, 30 * kDay, "1 month", " months"},
      {std::numeric_limits<int64_t>::max(), 365 * kDay, "1 year", " years"},
  };
  if (seconds < 1) return "Less than a second";
  for (const Unit& unit : kUnits) {
    if (seconds >= unit.most) continue;
    const int64_t count = seconds / unit.one;
    return count == 1 ? unit.singular : absl::StrCat(count, unit.plural);
  }
  return "";
}

}  // namespace chmdocker::cli
