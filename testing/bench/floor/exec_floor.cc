// The floor of `exec`: a process in the namespaces and cgroups of a container
// that runs, with the rights of its bundle, and no way to use it for anything
// but being measured.
//
//   exec_floor [--sealed] PIDFILE PROGRAM ID [CONTROLLERS=DIRECTORY]...
//
// PIDFILE has the pid of the container's first process, as `create --pid-file`
// writes it. Ends as PROGRAM ends, a file of the container. --sealed: by way of
// sealed.h, which is there before it joins, so that it can't enter the pid
// namespace but by a process more.
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
#include "testing/bench/floor/sealed.h"

namespace chmdocker::bench {
namespace {

constexpr size_t kStackSize = 64 * 1024;
constexpr int kJoined =
    CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;

// Where the copy finds the container's pidfd.
constexpr int kPidfd = 9;

struct Entry {
  char** argv;  // of the floor
  int sealed;   // or -1
  int pidfd;
  char* command;
  Rights rights;
  Cgroups cgroups;
};

int Become(void* opaque) {
  const Entry& entry = *static_cast<Entry*>(opaque);
  Must(setsid() > 0);
  GiveUpRights(entry.rights);
  ExecCommand(entry.command);
}

int Child(void* opaque) {
  const Entry& entry = *static_cast<Entry*>(opaque);
  if (entry.sealed >= 0) {
    Must(dup2(entry.pidfd, kPidfd) == kPidfd && fcntl(kPidfd, F_SETFD, 0) == 0);
    RestoreWords(entry.cgroups);
    ExecSealed(entry.sealed, entry.argv);
  }
  EnterCgroups(entry.cgroups);
  Must(setns(entry.pidfd, kJoined) == 0);
  return Become(opaque);
}

[[noreturn]] void GoOnInSister(Entry& entry) {
  alignas(16) static char stack[kStackSize];
  int pid = 0;
  EnterCgroups(entry.cgroups);
  Must(setns(kPidfd, kJoined | CLONE_NEWPID) == 0);
  const raw::Result cloned = raw::CloneSister(
      CloneFlags(), stack + sizeof(stack), Become, &entry, &pid);
  _exit(cloned.ok() ? 0 : kFailure);
}

// The exit code of the caller's children: of one that failed, if any did.
int AwaitAll() {
  int code = 0;
  for (int status = 0; wait(&status) > 0;) {
    if (status != 0) code = WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
  }
  return code;
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
  Must(entry.pidfd >= 0 &&
       (entry.sealed >= 0 || setns(entry.pidfd, CLONE_NEWPID) == 0));
  int pidfd = -1;
  const raw::Result cloned =
      raw::CloneVfork(CloneFlags(), OpenUnified(entry.cgroups), stack,
                      sizeof(stack), Child, &entry, &pidfd);
  Must(cloned.ok());
  return AwaitAll();
}

}  // namespace
}  // namespace chmdocker::bench

int main(int argc, char** argv) {
  using namespace chmdocker::bench;
  static Entry entry = {};
  const bool sealed = Is(argv[1], kSealed);
  const bool inside = Is(argv[1], kInside);
  const int options = sealed || inside ? 1 : 0;
  Must(argc > options + 3);
  char** const words = argv + options + 1;
  entry.argv = argv;
  entry.command = words[1];
  ReadCgroups(words + 2, entry.cgroups);
  if (inside) GoOnInSister(entry);
  entry.sealed = sealed ? SealSelf() : -1;
  return Exec(words[0], entry);
}
