#include "testing/bench/floor/oci_task.h"

#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testing/bench/floor/must.h"

namespace chmdocker::bench {
namespace {

void SetUpNamespaces(const char* id) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Must(setsid() > 0 && unshare(CLONE_NEWCGROUP) == 0 &&
       sethostname("chmdocker", 9) == 0);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback = {};
  strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  Must(ioctl(fd, SIOCSIFFLAGS, &loopback) == 0);
  close(fd);
  const long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, id);
  syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, 0x3f1b0000);
}

}  // namespace

char** ReadOptions(char** words, Task& task) {
  constexpr char kFilter[] = "--filter=";
  for (; *words != nullptr && **words == '-'; ++words) {
    if (strcmp(*words, "--detached") == 0) {
      task.tree = Tree::kDetached;
    } else {
      Must(strncmp(*words, kFilter, strlen(kFilter)) == 0);
      ReadFilter(*words + strlen(kFilter), task.rights);
    }
  }
  return words;
}

void BecomeContainer(const Task& task) {
  EnterCgroups(task.cgroups);
  SetUpNamespaces(task.cgroups.id);
  BuildMounts(task.rootfs, task.tree, task.cgroups);
  GiveUpRights(task.rights);
}

void ExecCommand(char* command) {
  syscall(SYS_close_range, 3U, ~0U, 0U);
  char* const argv[] = {command, nullptr};
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";
  char terminal[] = "TERM=xterm";
  char* const environment[] = {path, terminal, nullptr};
  execve(command, argv, environment);
  _exit(kFailure);
}

}  // namespace chmdocker::bench
