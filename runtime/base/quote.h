// Text inside other text.
#ifndef CHMDOCKER_RUNTIME_BASE_QUOTE_H_
#define CHMDOCKER_RUNTIME_BASE_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker {

// `text` in double quotes, control characters escaped as in C: how a name of
// any content is shown on a terminal.
std::string Quote(absl::string_view text);

// `text` with control characters escaped as in C, and nothing else changed: for
// what comes from a container and is shown on a terminal.
std::string Printable(absl::string_view text);

// `text` as a JSON string (RFC 8259, section 7), quotes included; bytes that
// are no UTF-8 become U+FFFD.
std::string QuoteJson(absl::string_view text);
void AppendJson(absl::string_view text, std::string& out);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_QUOTE_H_
