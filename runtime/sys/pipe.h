// pipe(2).
#ifndef CHMDOCKER_RUNTIME_SYS_PIPE_H_
#define CHMDOCKER_RUNTIME_SYS_PIPE_H_

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::sys {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

// Both ends are close-on-exec.
absl::StatusOr<Pipe> MakePipe();

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_PIPE_H_
