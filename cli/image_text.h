// How docker shows images to people. Pure.
#ifndef CHMDOCKER_CLI_IMAGE_TEXT_H_
#define CHMDOCKER_CLI_IMAGE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// The first 12 digits of an id or digest, without "sha256:".
std::string ShortId(absl::string_view digest);

// "4.26MB": by powers of 1000, three digits.
std::string DecimalSize(uint64_t bytes);

// Seconds since 1970 of a time as RFC 3339 has it; 0 for what is none.
int64_t ParseTime(absl::string_view text);

// "2 weeks ago"; "N/A" for what has no time.
std::string AgeText(absl::string_view created, int64_t now);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_TEXT_H_
