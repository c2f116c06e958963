// "/proc/self/fd/N": how calls that only take paths are given a descriptor.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_FD_PATH_H_
#define CHMDOCKER_RUNTIME_BASE_FD_PATH_H_

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"

namespace chmdocker {

class FdPath {
 public:
  explicit FdPath(int fd) {
    text_.Append("/proc/self/fd/");
    AppendNumber(text_, fd);
    text_.Append("", 1);
  }
  const char* c_str() const { return text_.data(); }

 private:
  TextBuffer<32> text_;
};

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_FD_PATH_H_
