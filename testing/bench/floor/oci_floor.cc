// The floor of `run` in the OCI form: oci_task.h, in one process and its child,
// with no state and no way to use it for anything but being measured.
//
//   oci_floor [--sealed] [--detached] [--filter=FILE]
//             ROOTFS PROGRAM ID [CONTROLLERS=DIRECTORY]...
//
// Runs PROGRAM, a file of ROOTFS, as root in what the bundle asks for, and ends
// as it ends. --detached is the best way that is known, and --filter is with a
// filter for system calls and the capabilities that docker gives. --sealed: by
// way of sealed.h.
#include <stddef.h>
#include <sys/wait.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "testing/bench/floor/cgroup_calls.h"
#include "testing/bench/floor/must.h"
#include "testing/bench/floor/oci_task.h"
#include "testing/bench/floor/sealed.h"

namespace chmdocker::bench {
namespace {

constexpr size_t kStackSize = 64 * 1024;

struct Start {
  const Task& task;
  char** argv;  // of the floor
  int sealed;   // or -1
};

[[noreturn]] void Become(const Task& task) {
  BecomeContainer(task);
  ExecCommand(task.command);
}

// In the parent's memory, while the parent sleeps: CLONE_VM | CLONE_VFORK.
int Child(void* opaque) {
  const Start& start = *static_cast<Start*>(opaque);
  if (start.sealed >= 0) {
    RestoreWords(start.task.cgroups);
    ExecSealed(start.sealed, start.argv);
  }
  Become(start.task);
}

int Run(Start start) {
  const Task& task = start.task;
  alignas(16) static char stack[kStackSize];
  const int unified = MakeCgroups(task.cgroups);
  int pidfd = -1;
  const raw::Result cloned =
      raw::CloneVfork(kNewUts | kNewPid | kNewMount | kNewNet | kNewIpc,
                      unified, stack, sizeof(stack), Child, &start, &pidfd);
  const auto pid = static_cast<pid_t>(cloned.value);
  int status = 0;
  if (pid > 0) waitpid(pid, &status, 0);
  RemoveCgroups(task.cgroups);
  return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
}

}  // namespace
}  // namespace chmdocker::bench

int main(int, char** argv) {
  using namespace chmdocker::bench;
  static Task task = {};
  const bool sealed = Is(argv[1], kSealed);
  const bool inside = Is(argv[1], kInside);
  char** const words = ReadOptions(argv + (sealed || inside ? 2 : 1), task);
  Must(words[0] != nullptr && words[1] != nullptr);
  task.rootfs = words[0];
  task.command = words[1];
  ReadCgroups(words + 2, task.cgroups);
  if (inside) Become(task);
  return Run({task, argv, sealed ? SealSelf() : -1});
}
