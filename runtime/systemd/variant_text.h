// The values of annotations `org.systemd.property.NAME`: GVariant's text
// format, as runc takes it. Pure.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_VARIANT_TEXT_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_VARIANT_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {

// As Properties::Add takes it.
struct Variant {
  std::string type;
  std::vector<uint64_t> numbers;
  std::vector<std::string> texts;
};

// "true", "5", "uint64 5", "1.5", "'text'", "['a', 'b']", "@as []". A number
// without a type is an int32, or a double if it has a point. Null, or what is
// wrong with it.
const char* ParseVariant(absl::string_view text, Variant* value);

// Adds the properties that annotations ask for. As with runc, "TimeoutStopSec"
// in seconds is "TimeoutStopUSec" in microseconds. InvalidArgument names the
// annotation.
absl::Status AddAnnotated(
    const std::vector<std::pair<std::string, std::string>>& annotations,
    Properties* properties);

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_VARIANT_TEXT_H_
