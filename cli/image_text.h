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

// "2 weeks ago"; "N/A" for what has no time. `now`: seconds since 1970.
std::string AgeText(absl::string_view created, int64_t now);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_TEXT_H_
