// Numbers in octal. absl::StrFormat would do, at the price of its conversions
// of all kinds: 20 KiB of the program.
#ifndef CHMDOCKER_RUNTIME_BASE_OCTAL_H_
#define CHMDOCKER_RUNTIME_BASE_OCTAL_H_

#include <cstddef>
#include <string>

namespace chmdocker {

// With leading zeros up to `digits`.
inline std::string Octal(unsigned value, size_t digits) {
  std::string text;
  for (; value != 0 || text.size() < digits; value /= 8) {
    text.insert(text.begin(), static_cast<char>('0' + value % 8));
  }
  return text;
}

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_OCTAL_H_
