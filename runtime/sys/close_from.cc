#include "runtime/sys/close_from.h"

#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::sys {

void CloseFrom(unsigned first) {
  if (raw::CloseRange(first, ~0U).ok()) return;
  constexpr unsigned kMost = 1024;
  for (unsigned fd = first; fd < kMost; ++fd) {
    (void)raw::Close(static_cast<int>(fd));
  }
}

}  // namespace chmdocker::sys
