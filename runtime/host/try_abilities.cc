#include "runtime/host/try_abilities.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/flags.h"
#include "runtime/base/kernel_version.h"
#include "runtime/base/status_macros.h"
#include "runtime/host/abilities.h"
#include "runtime/host/find_id_ranges.h"
#include "runtime/host/probe.h"
#include "runtime/host/trial.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/seccomp.h"

namespace chmdocker::host {
namespace {

constexpr CloneFlags kOfContainer =
    kNewUts | kNewPid | kNewMount | kNewNet | kNewIpc;

raw::Result SetApart() {
  return raw::Mount(nullptr, "/", nullptr, kMountRecursive | kMountPrivate,
                    nullptr);
}

raw::Result MountProc(const char* data) {
  const raw::Result apart = SetApart();
  if (!apart.ok()) return apart;
  return raw::Mount("proc", "/proc", "proc",
                    kMountNosuid | kMountNodev | kMountNoexec, data);
}
raw::Result FreshProc() { return MountProc(nullptr); }
raw::Result ProcSubset() { return MountProc("subset=pid"); }

// To an empty file system of this trial's own, which covers the root directory:
// ".." of the root leads to what is mounted on it.
raw::Result EnterScratch() {
  raw::Result done = SetApart();
  if (done.ok()) done = raw::Mount("tmpfs", "/", "tmpfs", {}, nullptr);
  return done.ok() ? raw::Chdir("/..") : done;
}

raw::Result PivotRoot() {
  const raw::Result entered = EnterScratch();
  return entered.ok() ? raw::PivotRoot(".", ".") : entered;
}

// In a user namespace: Linux 5.11, whose option userxattr that takes.
raw::Result MountOverlay() {
  raw::Result done = EnterScratch();
  for (const char* directory : {"lower", "upper", "work", "merged"}) {
    if (done.ok()) done = raw::MkdirAt(AT_FDCWD, directory, 0755);
  }
  if (!done.ok()) return done;
  return raw::Mount("overlay", "merged", "overlay", {},
                    "lowerdir=lower,upperdir=upper,workdir=work,userxattr");
}

raw::Result MapMount() {
  const raw::Result users = NewUserNamespace();
  if (!users.ok()) return users;
  const raw::Result root = raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  if (!root.ok()) return root;
  const raw::Result copy = raw::CloneTree(root.fd(), /*recursive=*/false);
  return copy.ok() ? raw::MapIds(copy.fd(), users.fd(), false) : copy;
}

// What no interpreter knows is ENOEXEC once it may be executed.
raw::Result ExecMemfd() {
  constexpr unsigned kMfdExec = 0x10;  // Linux 6.3
  raw::Result made = raw::MemfdCreate("doctor", MFD_ALLOW_SEALING | kMfdExec);
  if (made.error() == EINVAL) {
    made = raw::MemfdCreate("doctor", MFD_ALLOW_SEALING);
  }
  if (!made.ok()) return made;
  const raw::Result wrote = raw::Write(made.fd(), "?", 1);
  if (!wrote.ok()) return wrote;
  const char* const none[] = {nullptr};
  raw::Result failed = raw::ExecveFd(made.fd(), none, none);
  if (failed.error() == ENOENT) {  // as in launch/child.cc
    failed = raw::Execve(FdPath(made.fd()).c_str(), none, none);
  }
  return failed.error() == ENOEXEC ? raw::Result() : failed;
}

raw::Result Filter(unsigned flags) {
  const raw::Result set = raw::SetNoNewPrivileges();
  if (!set.ok()) return set;
  sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog program = {1, &allow};
  return raw::Seccomp(SECCOMP_SET_MODE_FILTER, flags, &program);
}
raw::Result LoadFilter() { return Filter(0); }
raw::Result LoadListener() { return Filter(SECCOMP_FILTER_FLAG_NEW_LISTENER); }

raw::Result OpenTerminal() {
  return raw::OpenAt(AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY);
}

struct Attempt {
  Trial trial;
  // Also a user namespace, for whoever may not make the others without.
  bool as_caller;
  CloneFlags namespaces;
  raw::Result (*attempt)();
};
constexpr Attempt kAttempts[] = {
    {Trial::kNamespaces, true, kOfContainer, SetApart},
    {Trial::kUserNamespace, false, kNewUser | kNewMount, SetApart},
    {Trial::kProc, true, kOfContainer, FreshProc},
    {Trial::kProcSubset, true, kOfContainer, ProcSubset},
    {Trial::kPivotRoot, true, kNewMount, PivotRoot},
    {Trial::kOverlay, false, kNewUser | kNewMount, MountOverlay},
    {Trial::kIdMappedMount, false, {}, MapMount},
    {Trial::kMemfd, false, {}, ExecMemfd},
    {Trial::kSeccomp, false, {}, LoadFilter},
    {Trial::kSeccompListener, false, {}, LoadListener},
    {Trial::kTerminal, false, {}, OpenTerminal},
};

// Arguments that are wrong for each of them: a call that is there says so. One
// that a filter forbids is EPERM or ENOSYS; but move_mount(2) itself says EPERM
// to whoever may not mount.
struct WrongCall {
  Trial trial;
  long number;
};
constexpr WrongCall kWrongCalls[] = {
    {Trial::kOpenTree, SYS_open_tree},
    {Trial::kMoveMount, SYS_move_mount},
    {Trial::kMountSetattr, SYS_mount_setattr},
    {Trial::kClone3, SYS_clone3},
    {Trial::kOpenat2, SYS_openat2},
    {Trial::kPidfdOpen, SYS_pidfd_open},
    {Trial::kPidfdSendSignal, SYS_pidfd_send_signal},
    {Trial::kCloseRange, SYS_close_range},
};

int IsThere(const WrongCall& call) {
  const raw::Result failed = raw::Call(call.number, -1, -1, -1, -1, -1, -1);
  const bool is_forbidden =
      failed.error() == EPERM && call.trial != Trial::kMoveMount;
  return failed.error() == ENOSYS || is_forbidden ? failed.error() : 0;
}

// A descriptor that can't be: EBADF from a kernel that looks at it (Linux 5.7).
int CanCloneIntoCgroup() {
  constexpr uint64_t kCloneIntoCgroup = 0x200000000;
  // struct clone_args of <linux/sched.h>: flags first, exit_signal, cgroup.
  uint64_t arguments[11] = {kCloneIntoCgroup};
  arguments[4] = SIGCHLD;
  arguments[10] = INT_MAX;
  const raw::Result failed =
      raw::Call(SYS_clone3, arguments, sizeof(arguments));
  return failed.error() == EBADF ? 0 : failed.error();
}

KernelVersion OwnKernel() {
  utsname names;
  if (!raw::Uname(&names).ok()) return {};
  return ParseKernelVersion(names.release).value_or(KernelVersion());
}

// Those that a container's /dev has, and that are bound from the host's where
// they can't be made.
void FindDevices(Abilities& abilities) {
  for (const char* name :
       {"null", "zero", "full", "random", "urandom", "tty"}) {
    const std::string path = absl::StrCat("/dev/", name);
    struct stat status;
    if (stat(path.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) {
      abilities.missing_devices.push_back(path);
    }
  }
}

}  // namespace

absl::StatusOr<Abilities> TryAbilities() {
  Abilities abilities;
  CHM_ASSIGN_OR_RETURN(abilities.facts, ProbeHost());
  abilities.kernel = OwnKernel();
  const CloneFlags needed =
      abilities.facts.can_make_namespaces ? CloneFlags() : kNewUser;
  for (const Attempt& attempt : kAttempts) {
    abilities[attempt.trial] = Try(
        attempt.as_caller ? attempt.namespaces | needed : attempt.namespaces,
        attempt.attempt);
  }
  for (const WrongCall& call : kWrongCalls) {
    abilities[call.trial] = IsThere(call);
  }
  abilities[Trial::kCloneIntoCgroup] = CanCloneIntoCgroup();
  abilities.facts.landlock_abi = LandlockAbi();
  abilities.ranges = FindIdRanges(abilities.facts.uid);
  FindDevices(abilities);
  return abilities;
}

}  // namespace chmdocker::host
