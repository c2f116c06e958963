// A process that cleans up after the caller if that is killed: what a SIGKILL
// of chmdocker leaves behind, a cgroup for example, nobody else would remove.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_GUARDIAN_H_
#define CHMDOCKER_RUNTIME_LAUNCH_GUARDIAN_H_

#include <sys/types.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::launch {

class Guardian {
 public:
  // `clean_up` is called when the caller has died without Dismiss, in a process
  // of a session of its own that has a copy of the caller's memory, none of its
  // descriptors, and "/" as its directory. The caller must have one thread, and
  // no use for SIGCHLD of processes that it does not know.
  static absl::StatusOr<Guardian> Start(const std::function<void()>& clean_up);

  Guardian(Guardian&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), life_(std::move(other.life_)) {}
  Guardian& operator=(Guardian&&) = delete;
  ~Guardian() { Dismiss(); }

  // Ends it: there is nothing to clean up any more.
  void Dismiss();

 private:
  Guardian(pid_t pid, UniqueFd life) : pid_(pid), life_(std::move(life)) {}

  pid_t pid_;      // -1: dismissed
  UniqueFd life_;  // of a pipe; closed by the kernel when the caller dies
};

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_GUARDIAN_H_
