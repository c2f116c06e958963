// Numbers as text, without allocation.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_NUMBER_TEXT_H_
#define CHMDOCKER_RUNTIME_BASE_NUMBER_TEXT_H_

#include <cstddef>

#include "runtime/base/text_buffer.h"

namespace chmdocker {

// Appends `number`, which is not negative, in decimal.
template <size_t kCapacity>
void AppendNumber(TextBuffer<kCapacity>& text, long number) {
  char digits[20];
  size_t at = sizeof(digits);
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  text.Append(digits + at, sizeof(digits) - at);
}

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_NUMBER_TEXT_H_
