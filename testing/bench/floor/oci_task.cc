#include "testing/bench/floor/oci_task.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <initializer_list>

#include "testing/bench/floor/mount_calls.h"

namespace chmdocker::bench {
namespace {

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV | MS_NOEXEC;

[[noreturn]] void Fail() { _exit(kFailure); }

const char* Join(char (&to)[256], const char* directory, const char* name) {
  const size_t length = strlen(directory);
  Must(length + strlen(name) + 2 <= sizeof(to));
  memcpy(to, directory, length);
  to[length] = '/';
  strcpy(to + length + 1, name);
  return to;
}

int OpenIn(const char* directory, const char* name, int flags) {
  char path[256];
  const int fd = open(Join(path, directory, name), flags | O_CLOEXEC);
  Must(fd >= 0);
  return fd;
}

void WriteIn(const char* directory, const char* name, const char* text) {
  const int fd = OpenIn(directory, name, O_WRONLY);
  Must(write(fd, text, strlen(text)) > 0);
  close(fd);
}

// --- the parent's part: cgroups

// A new cgroup has neither processors nor memory nodes.
void FillCpuset(const Hierarchy& hierarchy) {
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    char text[256] = {};
    const int fd = OpenIn(hierarchy.directory, file, O_RDONLY);
    Must(read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    WriteIn(hierarchy.own, file, text);
  }
}

void LimitDevices(const Hierarchy& hierarchy) {
  WriteIn(hierarchy.own, "devices.deny", "a");
  const int fd = OpenIn(hierarchy.own, "devices.allow", O_WRONLY);
  for (const char* rule : {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm",
                           "c 1:7 rwm", "c 5:0 rwm", "c 1:5 rwm", "c 1:9 rwm",
                           "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm"}) {
    Must(write(fd, rule, strlen(rule)) > 0);
  }
  close(fd);
}

// --- the child's part

// By the process itself and as one thread: nothing waits for a grace period.
void EnterCgroups(const Task& task) {
  for (int i = 0; i < task.count; ++i) {
    if (task.hierarchies[i].unified()) continue;
    WriteIn(task.hierarchies[i].own, "tasks", "0");
  }
}

void SetUpNamespaces(const Task& task) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Must(setsid() > 0 && unshare(CLONE_NEWCGROUP) == 0 &&
       sethostname("chmdocker", 9) == 0);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback = {};
  strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  Must(ioctl(fd, SIOCSIFFLAGS, &loopback) == 0);
  close(fd);
  const long keyring =
      syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, task.id);
  syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, 0x3f1b0000);
}

void EnterRootfs(const Task& task) {
  Must(mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0);
  const int tree = CopyTree(AT_FDCWD, task.rootfs, /*recursive=*/true);
  Must(tree >= 0 && Attach(tree, task.rootfs) == 0 && fchdir(tree) == 0);
  close(tree);
  umask(0);
}

void MountIn(const char* type, const char* target, unsigned long flags,
             const char* data) {
  Must(mount(type, target, type, flags, data) == 0);
}

void MountNew(const char* type, const char* target, unsigned long flags,
              const char* data) {
  Must(mkdir(target, 0755) == 0);
  MountIn(type, target, flags, data);
}

void MountCgroups(const Task& task) {
  constexpr char kTarget[] = "sys/fs/cgroup";
  MountIn("tmpfs", kTarget, kPlain, "mode=755");
  for (int i = 0; i < task.count; ++i) {
    const Hierarchy& hierarchy = task.hierarchies[i];
    const char* name = hierarchy.unified() ? "unified" : hierarchy.controllers;
    char target[256];
    Join(target, kTarget, strncmp(name, "name=", 5) == 0 ? name + 5 : name);
    MountNew(hierarchy.unified() ? "cgroup2" : "cgroup", target,
             kPlain | MS_RDONLY, hierarchy.unified() ? nullptr : name);
  }
  Must(SetAttributes(AT_FDCWD, kTarget, kReadonly, false) == 0);
}

void MountAll(const Task& task) {
  MountIn("proc", "proc", 0, nullptr);
  MountIn("tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  MountNew("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC,
           "newinstance,ptmxmode=0666,mode=0620,gid=5");
  MountNew("tmpfs", "dev/shm", kPlain, "mode=1777,size=65536k");
  MountNew("mqueue", "dev/mqueue", kPlain, nullptr);
  MountIn("sysfs", "sys", kPlain | MS_RDONLY, nullptr);
  MountCgroups(task);
}

void MakeDevices() {
  const struct {
    const char* path;
    unsigned major, minor;
  } devices[] = {{"dev/null", 1, 3},    {"dev/zero", 1, 5},
                 {"dev/full", 1, 7},    {"dev/random", 1, 8},
                 {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  for (const auto& device : devices) {
    Must(mknod(device.path, S_IFCHR | 0666,
               makedev(device.major, device.minor)) == 0);
  }
  const char* const links[][2] = {{"/proc/self/fd", "dev/fd"},
                                  {"/proc/self/fd/0", "dev/stdin"},
                                  {"/proc/self/fd/1", "dev/stdout"},
                                  {"/proc/self/fd/2", "dev/stderr"},
                                  {"pts/ptmx", "dev/ptmx"}};
  for (const auto& link : links) Must(symlink(link[0], link[1]) == 0);
}

// What covers a file: read-only, as the container could change its mode.
int NewEmptyFile() {
  const int tree = CopyTree(AT_FDCWD, "dev/null", /*recursive=*/false);
  SetAttributes(tree, "", kReadonly | kNosuid | kNoexec, false);
  return tree;
}

// One empty directory and one null device, made once and then copied.
void MaskPaths() {
  int empty_directory = -1;
  int empty_file = -1;
  for (const char* path :
       {"proc/acpi", "proc/asound", "proc/interrupts", "proc/kcore",
        "proc/keys", "proc/latency_stats", "proc/sched_debug", "proc/scsi",
        "proc/timer_list", "proc/timer_stats", "sys/firmware",
        "sys/devices/virtual/powercap"}) {
    struct stat status;
    if (stat(path, &status) != 0) continue;
    const bool directory = S_ISDIR(status.st_mode);
    int& cover = directory ? empty_directory : empty_file;
    if (cover >= 0) {
      const int copy = CopyTree(cover, "", /*recursive=*/false);
      Must(Attach(copy, path) == 0);
      close(copy);
      continue;
    }
    cover = directory ? NewEmptyDirectory() : NewEmptyFile();
    Must(Attach(cover, path) == 0);
  }
}

void MakeReadonly() {
  for (const char* path :
       {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"}) {
    const int tree = CopyTree(AT_FDCWD, path, /*recursive=*/true);
    if (tree < 0) continue;
    Must(SetAttributes(tree, "", kReadonly, /*recursive=*/true) == 0 &&
         Attach(tree, path) == 0);
    close(tree);
  }
  Must(SetAttributes(AT_FDCWD, ".", kReadonly, false) == 0);
}

void SwitchRoot() {
  Must(syscall(SYS_pivot_root, ".", ".") == 0 &&
       umount2(".", MNT_DETACH) == 0 && chdir("/") == 0);
}

void GiveUpRights() {
  constexpr uint32_t kKept =
      1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE | 1U << CAP_AUDIT_WRITE;
  const rlimit files = {1024, 1024};
  Must(setrlimit(RLIMIT_NOFILE, &files) == 0);
  umask(022);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  for (unsigned i = 0; i < 64; ++i) {
    if (i < 32 && (kKept >> i & 1) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, i) != 0) break;
  }
  // The libc's are for all threads, of which there are none.
  syscall(SYS_setgroups, 0, nullptr);
  syscall(SYS_setresgid, 0, 0, 0);
  syscall(SYS_setresuid, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {{kKept, kKept, 0}, {}};
  Must(syscall(SYS_capset, &header, data) == 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

}  // namespace

void Must(bool worked) {
  if (!worked) Fail();
}

void ReadCgroups(char** words, Task& task) {
  Must(*words != nullptr);
  task.id = *words;
  for (char** word = words + 1; *word != nullptr; ++word) {
    // Of "name=systemd=/sys/fs/cgroup/systemd" the second one.
    char* const equals = strrchr(*word, '=');
    Must(equals != nullptr && task.count < kMostHierarchies);
    *equals = '\0';
    Hierarchy& hierarchy = task.hierarchies[task.count++];
    hierarchy.controllers = *word;
    hierarchy.directory = equals + 1;
    Join(hierarchy.own, hierarchy.directory, task.id);
  }
}

int MakeCgroups(const Task& task) {
  int unified = -1;
  for (int i = 0; i < task.count; ++i) {
    const Hierarchy& hierarchy = task.hierarchies[i];
    Must(mkdir(hierarchy.own, 0755) == 0);
    if (strcmp(hierarchy.controllers, "cpuset") == 0) FillCpuset(hierarchy);
    if (strcmp(hierarchy.controllers, "devices") == 0) LimitDevices(hierarchy);
    if (!hierarchy.unified()) continue;
    unified = open(hierarchy.own, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  return unified;
}

void RemoveCgroups(const Task& task) {
  for (int i = 0; i < task.count; ++i) rmdir(task.hierarchies[i].own);
}

void BecomeContainer(const Task& task) {
  EnterCgroups(task);
  SetUpNamespaces(task);
  EnterRootfs(task);
  MountAll(task);
  MakeDevices();
  MaskPaths();
  MakeReadonly();
  SwitchRoot();
  GiveUpRights();
}

void ExecCommand(const Task& task) {
  syscall(SYS_close_range, 3U, ~0U, 0U);
  char* const argv[] = {task.command, nullptr};
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";
  char terminal[] = "TERM=xterm";
  char* const environment[] = {path, terminal, nullptr};
  execve(task.command, argv, environment);
  Fail();
}

}  // namespace chmdocker::bench
