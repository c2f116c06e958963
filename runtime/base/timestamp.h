// Times as text: RFC 3339 in UTC. abseil's own would bring the time zones, and
// libc++'s locales with them, 200 KB.
#ifndef CHMDOCKER_RUNTIME_BASE_TIMESTAMP_H_
#define CHMDOCKER_RUNTIME_BASE_TIMESTAMP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker {

// Nanoseconds since 1970, not negative. They reach to the year 2262.
using UnixTime = int64_t;
inline constexpr UnixTime kSecond = 1'000'000'000;

UnixTime TimeNow();

// "2026-11-29T08:30:00.123456789Z": what sorts as text sorts as time.
std::string FormatTime(UnixTime time);

// TimeNow as text: what records have.
std::string Now();

// The reverse, with any number of digits behind the seconds, or none, and with
// "+02:00" in place of "Z". Earlier and later times are the first and the last
// there are. Nothing for other texts.
std::optional<UnixTime> ParseTime(absl::string_view text);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_TIMESTAMP_H_
