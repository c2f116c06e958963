// The floor of `create`, `start` and `delete`: oci_task.h, in three programs as
// engines call them. Of the state, it keeps what the next one can't do without.
//
//   oci_cycle create STATE [--detached]
//             ROOTFS PROGRAM ID [CONTROLLERS=DIRECTORY]...
//   oci_cycle start STATE
//   oci_cycle delete STATE ID [CONTROLLERS=DIRECTORY]...
//
// STATE is a directory that `create` makes and `delete` removes. `create`
// returns when the container's process waits at a socket in it for `start`,
// which returns when that has become PROGRAM.
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "testing/bench/floor/cgroup_calls.h"
#include "testing/bench/floor/must.h"
#include "testing/bench/floor/oci_task.h"

namespace chmdocker::bench {
namespace {

constexpr char kSocket[] = "start.sock";
constexpr char kPid[] = "pid";

// In the working directory, which is the state's.
sockaddr_un Address() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, kSocket);
  return address;
}

int NewSocket() { return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0); }

int Listen() {
  const int fd = NewSocket();
  const sockaddr_un address = Address();
  Must(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
           0 &&
       listen(fd, 1) == 0);
  return fd;
}

// As fork(2) does: the parent goes on, and ends.
pid_t Clone(int cgroup) {
  clone_args args = {};
  args.flags =
      CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC;
  args.exit_signal = SIGCHLD;
  if (cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(cgroup);
  }
  return static_cast<pid_t>(syscall(SYS_clone3, &args, sizeof(args)));
}

[[noreturn]] void Child(const Task& task, int listener, int ready) {
  BecomeContainer(task);
  prctl(PR_SET_PDEATHSIG, 0);
  Must(write(ready, "", 1) == 1 && close(ready) == 0);
  // Open until the exec: `start` waits for its end.
  Must(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC) >= 0);
  ExecCommand(task.command);
}

int Create(const Task& task, const char* state) {
  Must(mkdir(state, 0700) == 0 && chdir(state) == 0);
  const int listener = Listen();
  int ready[2];
  Must(pipe2(ready, O_CLOEXEC) == 0);
  const pid_t pid = Clone(MakeCgroups(task.cgroups));
  Must(pid >= 0);
  if (pid == 0) Child(task, listener, ready[1]);
  close(ready[1]);
  char byte;
  Must(read(ready[0], &byte, 1) == 1);
  const int file = open(kPid, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  Must(write(file, &pid, sizeof(pid)) == sizeof(pid));
  return 0;
}

int Start(const char* state) {
  Must(chdir(state) == 0);
  const int fd = NewSocket();
  const sockaddr_un address = Address();
  Must(connect(fd, reinterpret_cast<const sockaddr*>(&address),
               sizeof(address)) == 0);
  char byte;
  Must(read(fd, &byte, 1) == 0);
  return 0;
}

// The container has ended.
int Delete(const Task& task, const char* state) {
  Must(chdir(state) == 0);
  const int file = open(kPid, O_RDONLY | O_CLOEXEC);
  pid_t pid;
  Must(read(file, &pid, sizeof(pid)) == sizeof(pid));
  Must(kill(pid, 0) != 0);
  RemoveCgroups(task.cgroups);
  Must(unlink(kPid) == 0 && unlink(kSocket) == 0 && rmdir(state) == 0);
  return 0;
}

}  // namespace
}  // namespace chmdocker::bench

int main(int argc, char** argv) {
  using namespace chmdocker::bench;
  static Task task = {};
  Must(argc > 2);
  const char* const state = argv[2];
  if (strcmp(argv[1], "create") == 0 && argc > 5) {
    char** const words = ReadOptions(argv + 3, task);
    Must(words[0] != nullptr && words[1] != nullptr);
    task.rootfs = words[0];
    task.command = words[1];
    ReadCgroups(words + 2, task.cgroups);
    return Create(task, state);
  }
  if (strcmp(argv[1], "start") == 0) return Start(state);
  Must(strcmp(argv[1], "delete") == 0 && argc > 3);
  ReadCgroups(argv + 3, task.cgroups);
  return Delete(task, state);
}
