#include "runtime/sys/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "runtime/base/status.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::sys {

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError(errno, "pipe2");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace chmdocker::sys
