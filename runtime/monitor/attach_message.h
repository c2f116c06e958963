// What a monitor and those who attach to its container tell each other: the
// first byte of a message is its kind, the rest are its bytes.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MONITOR_ATTACH_MESSAGE_H_
#define CHMDOCKER_RUNTIME_MONITOR_ATTACH_MESSAGE_H_

#include <cstddef>

namespace chmdocker::monitor {

// The name of the socket, in the container's directory.
inline constexpr char kAttachSocket[] = "attach.sock";

enum class AttachKind : char {
  // From the monitor.
  kOutput = 'o',
  kError = 'e',
  kFull = 'f',  // no more can attach
  // To it.
  kInput = 'i',
  kInputEnd = 'z',
  kWindowSize = 'w',  // a struct winsize
};

// The most bytes behind the first.
inline constexpr size_t kMostAttached = size_t{16} * 1024;

}  // namespace chmdocker::monitor

#endif  // CHMDOCKER_RUNTIME_MONITOR_ATTACH_MESSAGE_H_
