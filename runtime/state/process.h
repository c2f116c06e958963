// Whether a process still is the one it was. Never by its number alone: numbers
// are reused, and a signal to the wrong process can't be taken back.
#ifndef CHMDOCKER_RUNTIME_STATE_PROCESS_H_
#define CHMDOCKER_RUNTIME_STATE_PROCESS_H_

#include <sys/types.h>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/record.h"

namespace chmdocker::state {

// What tells process `pid`, a zombie too, from all others. NotFound: there is
// none.
absl::StatusOr<Process> Identify(pid_t pid);

// Whether it runs: a zombie does not, nor does one of another boot.
bool IsAlive(const Process& process);

// Waits until its parent has taken note of its end, so that nothing of it is
// left; not for longer than `milliseconds`, for it may have none that does.
void AwaitReaped(const Process& process, int milliseconds);

// A descriptor that stays with exactly this process: pidfd_open(2). NotFound,
// in the words that engines look for, when it is not alive.
absl::StatusOr<UniqueFd> OpenPidfd(const Process& process);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_PROCESS_H_
