// The StatusOr face of the raw calls: what the host side of chmdocker uses.
#ifndef CHMDOCKER_RUNTIME_SYS_CALL_STATUS_H_
#define CHMDOCKER_RUNTIME_SYS_CALL_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::sys {

// "mount_setattr" for SYS_mount_setattr; "system call 999" for one that
// chmdocker does not make.
std::string SyscallName(long number);

// A path or a value among the arguments of a call: quoted only if the call
// failed, as most calls of a start do not.
struct Quoted {
  explicit Quoted(absl::string_view text) : text(text) {}
  absl::string_view text;
};

// OK, or `NAME ARGUMENTS: ENAME (meaning)`; `arguments` may be empty.
absl::Status CallStatus(raw::Result result, absl::string_view arguments = "");
absl::Status CallStatus(raw::Result result, Quoted argument);

// The descriptor that a call returned, owned; or CallStatus.
absl::StatusOr<UniqueFd> CallFd(raw::Result result,
                                absl::string_view arguments = "");
absl::StatusOr<UniqueFd> CallFd(raw::Result result, Quoted argument);

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_CALL_STATUS_H_
