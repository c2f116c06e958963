#include "runtime/launch/guardian.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/close_from.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

[[noreturn]] void Watch(int life, const std::function<void()>& clean_up) {
  // Out of the reach of the terminal's keys, and of a kill of the caller's job.
  (void)raw::Setsid();
  (void)prctl(PR_SET_NAME, "chmdocker-guard");
  (void)!chdir("/");
  // Nothing of the caller's is kept open, a pipe to its reader least of all.
  (void)dup2(life, 0);
  sys::CloseFrom(1);
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(0, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 0) clean_up();
  _exit(0);
}

}  // namespace

absl::StatusOr<Guardian> Guardian::Start(
    const std::function<void()>& clean_up) {
  CHM_ASSIGN_OR_RETURN(sys::Pipe life, sys::MakePipe());
  const raw::Result forked = raw::Fork();
  CHM_RETURN_IF_ERROR(sys::CallStatus(forked));
  if (forked.value == 0) {
    life.write.reset();
    Watch(life.read.get(), clean_up);
  }
  return Guardian(static_cast<pid_t>(forked.value), std::move(life.write));
}

void Guardian::Dismiss() {
  if (pid_ < 0) return;
  // Before the pipe is closed: its end is what the guardian waits for.
  (void)raw::Kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  life_.reset();
}

}  // namespace chmdocker::launch
