// Text of a bounded length, built without allocation.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_TEXT_BUFFER_H_
#define CHMDOCKER_RUNTIME_BASE_TEXT_BUFFER_H_

#include <cstddef>
#include <cstring>

namespace chmdocker {

// What does not fit is cut off.
template <size_t kCapacity>
class TextBuffer {
 public:
  TextBuffer& Append(const char* text) { return Append(text, strlen(text)); }
  TextBuffer& Append(const char* text, size_t size) {
    if (size > kCapacity - size_) size = kCapacity - size_;
    memcpy(text_ + size_, text, size);
    size_ += size;
    return *this;
  }
  const char* data() const { return text_; }
  size_t size() const { return size_; }

 private:
  size_t size_ = 0;
  char text_[kCapacity];
};

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_TEXT_BUFFER_H_
