// The floor: what the kernel has to do for a container of the tutorial's form,
// and nothing else. No checks that cost a call, no reports, no signals, no way
// to use it for anything but being measured.
//
//   floor [--sealed] PROGRAM
//
// Runs PROGRAM as pid 1 of new UTS, PID, mount, network and IPC namespaces,
// with / private and a fresh /proc, and ends as it ends. A caller without
// root's rights gets a user namespace around them, in which it is root.
// --sealed: by way of sealed.h.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/bench/floor/must.h"
#include "testing/bench/floor/sealed.h"

namespace chmdocker::bench {
namespace {

constexpr size_t kStackSize = 16 * 1024;
constexpr int kNamespaces =
    CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC;

struct Task {
  char** argv;  // of the floor
  int sealed;   // or -1
  uid_t uid;
  gid_t gid;
};

bool WriteFile(const char* path, const char* text, size_t size) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = write(fd, text, size) == static_cast<ssize_t>(size);
  close(fd);
  return written;
}

// "0 ID 1": the caller is root inside.
bool WriteIdMap(const char* path, unsigned id) {
  char text[16];
  size_t end = sizeof(text);
  text[--end] = '1';
  text[--end] = ' ';
  do {
    text[--end] = static_cast<char>('0' + id % 10);
    id /= 10;
  } while (id > 0);
  text[--end] = ' ';
  text[--end] = '0';
  return WriteFile(path, text + end, sizeof(text) - end);
}

bool BecomeRoot(const Task& task) {
  return WriteFile("/proc/self/setgroups", "deny", 4) &&
         WriteIdMap("/proc/self/uid_map", task.uid) &&
         WriteIdMap("/proc/self/gid_map", task.gid);
}

[[noreturn]] void BecomeContainer(char** command) {
  Must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
       mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
             nullptr) == 0);
  execv(command[0], command);
  _exit(kFailure);
}

// In the parent's memory, while the parent sleeps: CLONE_VM | CLONE_VFORK.
int Child(void* opaque) {
  const Task& task = *static_cast<Task*>(opaque);
  Must(task.uid == 0 || BecomeRoot(task));
  if (task.sealed >= 0) ExecSealed(task.sealed, task.argv);
  BecomeContainer(task.argv + 1);
}

int Run(Task& task) {
  alignas(16) static char stack[kStackSize];
  const int user = task.uid == 0 ? 0 : CLONE_NEWUSER;
  const int pid =
      clone(Child, stack + sizeof(stack),
            kNamespaces | user | CLONE_VM | CLONE_VFORK | SIGCHLD, &task);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid) return kFailure;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
}

}  // namespace
}  // namespace chmdocker::bench

int main(int argc, char** argv) {
  using namespace chmdocker::bench;
  Must(argc > 1);
  if (Is(argv[1], kInside)) BecomeContainer(argv + 2);
  const bool sealed = Is(argv[1], kSealed);
  Task task = {argv, sealed ? SealSelf() : -1, geteuid(), getegid()};
  return Run(task);
}
