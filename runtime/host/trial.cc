#include "runtime/host/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::host {
namespace {

raw::Result WriteFile(const char* path, const std::string& text) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), text.data(), text.size());
}

// As `run` does it for an ordinary user: user_namespaces(7).
raw::Result MapCaller(uint32_t uid, uint32_t gid) {
  raw::Result wrote = WriteFile("/proc/self/setgroups", "deny");
  if (wrote.ok()) {
    wrote = WriteFile("/proc/self/uid_map", absl::StrCat("0 ", uid, " 1\n"));
  }
  if (wrote.ok()) {
    wrote = WriteFile("/proc/self/gid_map", absl::StrCat("0 ", gid, " 1\n"));
  }
  return wrote;
}

// An errno fits into an exit code: the largest of Linux is 133.
int ErrnoFrom(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
}

}  // namespace

int Try(CloneFlags namespaces, raw::Result (*attempt)()) {
  const uint32_t uid = geteuid();
  const uint32_t gid = getegid();
  // fork(2), but into the namespaces; all of glibc's or musl's fork that
  // matters to one thread.
  const raw::Result made =
      raw::Call(SYS_clone, namespaces.bits() | SIGCHLD, 0, 0, 0, 0);
  if (!made.ok()) return made.error();
  if (made.value == 0) {
    (void)raw::SetParentDeathSignal(SIGKILL);
    raw::Result result;
    if (namespaces.has(kNewUser)) result = MapCaller(uid, gid);
    if (result.ok()) result = attempt();
    raw::Exit(result.error());
  }
  int status = 0;
  while (waitpid(static_cast<pid_t>(made.value), &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  return ErrnoFrom(status);
}

raw::Result NewUserNamespace() {
  const uint32_t uid = geteuid();
  const uint32_t gid = getegid();
  // The process that makes it opens it in the table of descriptors that it
  // shares with this one, and exits with the number.
  const raw::Result made =
      raw::Call(SYS_clone, CLONE_NEWUSER | CLONE_FILES | CLONE_VFORK | SIGCHLD,
                0, 0, 0, 0);
  if (!made.ok()) return made;
  if (made.value == 0) {
    raw::Result opened = MapCaller(uid, gid);
    if (opened.ok()) {
      opened = raw::OpenAt(AT_FDCWD, "/proc/self/ns/user", O_RDONLY);
    }
    raw::Exit(opened.ok() ? opened.fd() : 0);
  }
  int status = 0;
  const raw::Result ended =
      raw::Call(SYS_wait4, made.value, &status, 0, nullptr);
  if (!ended.ok()) return ended;
  const int fd = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return fd > 0 ? raw::Result{fd, SYS_openat} : raw::Failure(EPERM, SYS_openat);
}

}  // namespace chmdocker::host
