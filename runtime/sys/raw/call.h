// System calls as chmdocker-init and a vforked child may use them: no
// allocation, no exceptions, no C++ runtime. A wrapper in this folder is one
// system call: named after it, with its arguments in the kernel's order, or
// after the one use that there is for it, and then it says which call it is.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_CALL_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_CALL_H_

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chmdocker::raw {

// What a call returned, and which call it was: a failure names itself.
struct [[nodiscard]] Result {
  long value = 0;   // at least 0, or -errno
  long number = 0;  // SYS_*

  constexpr bool ok() const { return value >= 0; }
  constexpr int error() const { return ok() ? 0 : static_cast<int>(-value); }
  constexpr int fd() const { return static_cast<int>(value); }
};

// A failure found without asking the kernel, for example by comparing what two
// calls said, blamed on the call `number`.
constexpr Result Failure(int error, long number) { return {-error, number}; }

template <class... Args>
inline Result Call(long number, Args... args) {
  const long value = syscall(number, args...);
  return {value == -1 ? -errno : value, number};
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_CALL_H_
