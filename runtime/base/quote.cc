#include "runtime/base/quote.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "runtime/base/octal.h"

namespace chmdocker {
namespace {

bool IsContinuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// How many bytes the well-formed UTF-8 character at the start of `text` has
// (Unicode 15, table 3-7); 0 for ill-formed ones.
size_t Utf8Length(absl::string_view text) {
  const unsigned char lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                        : lead >= 0xe0 && lead <= 0xef ? 3
                        : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(static_cast<unsigned char>(text[i]))) return 0;
  }
  const unsigned char second = static_cast<unsigned char>(text[1]);
  const bool overlong =
      (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second > 0x9f;
  const bool too_large = lead == 0xf4 && second > 0x8f;
  return overlong || surrogate || too_large ? 0 : length;
}

// How many bytes at the start of `text` JSON takes as they are: ASCII that is
// neither control, quote nor backslash.
size_t PlainLength(absl::string_view text) {
  size_t length = 0;
  while (length < text.size()) {
    const auto byte = static_cast<unsigned char>(text[length]);
    if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\') break;
    ++length;
  }
  return length;
}

}  // namespace

std::string Quote(absl::string_view text) {
  // It escapes single quotes as well, which need no escape in double ones.
  return absl::StrCat("\"",
                      absl::StrReplaceAll(absl::Utf8SafeCEscape(text),
                                          {{"\\\\", "\\\\"}, {"\\'", "'"}}),
                      "\"");
}

std::string Printable(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(&out, "\\", Octal(byte, 3));
    } else {
      out += c;
    }
  }
  return out;
}

void AppendJson(absl::string_view text, std::string& out) {
  // As nearly all are: in one piece.
  if (PlainLength(text) == text.size()) {
    const size_t start = out.size() + 1;
    out.append(text.size() + 2, '"');
    text.copy(out.data() + start, text.size());
    return;
  }
  out += '"';
  while (!text.empty()) {
    const size_t plain = PlainLength(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t length = Utf8Length(text);
    const unsigned char byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\\ufffd";
    } else if (byte == '"' || byte == '\\') {
      absl::StrAppend(&out, "\\", text.substr(0, 1));
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(&out, "\\u", absl::Hex(byte, absl::kZeroPad4));
    } else {
      absl::StrAppend(&out, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string QuoteJson(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  AppendJson(text, out);
  return out;
}

}  // namespace chmdocker
