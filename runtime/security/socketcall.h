// The system calls that x86 has had behind socketcall(2) and ipc(2) before, or
// without, numbers of their own.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_
#define CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace chmdocker::security {

struct MultiplexedCall {
  uint32_t number = 0;  // of socketcall or ipc on x86
  uint32_t which = 0;   // its first argument
};

std::optional<MultiplexedCall> FindMultiplexedCall(absl::string_view name);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_
