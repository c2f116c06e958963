// The floor of `exec`: a process in the namespaces and cgroups of a container
// that runs, with the rights of its bundle, and no way to use it for anything
// but being measured.
//
//   exec_floor PIDFILE PROGRAM ID [CONTROLLERS=DIRECTORY]...
//
// PIDFILE has the pid of the container's first process, as `create --pid-file`
// writes it. Ends as PROGRAM ends, a file of the container.
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "testing/bench/floor/cgroup_calls.h"
#include "testing/bench/floor/must.h"
#include "testing/bench/floor/oci_task.h"
#include "testing/bench/floor/rights.h"

namespace chmdocker::bench {
namespace {

constexpr size_t kStackSize = 64 * 1024;
constexpr int kJoined =
    CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;

struct Entry {
  int pidfd;
  char* command;
  Rights rights;
  Cgroups cgroups;
};

int Child(void* opaque) {
  const Entry& entry = *static_cast<Entry*>(opaque);
  EnterCgroups(entry.cgroups);
  Must(setsid() > 0 && setns(entry.pidfd, kJoined) == 0);
  GiveUpRights(entry.rights);
  ExecCommand(entry.command);
}

int OpenContainer(const char* pid_file) {
  char text[16] = {};
  const int file = open(pid_file, O_RDONLY | O_CLOEXEC);
  Must(read(file, text, sizeof(text) - 1) > 0);
  close(file);
  return static_cast<int>(syscall(SYS_pidfd_open, atoi(text), 0));
}

int Exec(const char* pid_file, Entry& entry) {
  alignas(16) static char stack[kStackSize];
  entry.pidfd = OpenContainer(pid_file);
  // Of the processes that it starts, not its own.
  Must(entry.pidfd >= 0 && setns(entry.pidfd, CLONE_NEWPID) == 0);
  int pidfd = -1;
  const raw::Result cloned =
      raw::CloneVfork(CloneFlags(), OpenUnified(entry.cgroups), stack,
                      sizeof(stack), Child, &entry, &pidfd);
  const auto pid = static_cast<pid_t>(cloned.value);
  int status = 0;
  Must(pid > 0 && waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
}

}  // namespace
}  // namespace chmdocker::bench

int main(int argc, char** argv) {
  using namespace chmdocker::bench;
  static Entry entry = {};
  Must(argc > 3);
  entry.command = argv[2];
  ReadCgroups(argv + 3, entry.cgroups);
  return Exec(argv[1], entry);
}
