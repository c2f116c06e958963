#include "runtime/exec/session_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/ioctl.h>

#include <initializer_list>

#include "runtime/base/unique_fd.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::exec {
namespace {

constexpr int kFirstOther = 3;  // after standard input, output and error

// For kernels before 5.9 and seccomp filters that do not know close_range, the
// container's own among them. Init began with no descriptor but those meant for
// it (HideDescriptors of launch/child.cc), and a new one has the lowest number
// that is free: behind the channel and so many that are not open, more than
// init ever has, there are none. Up to the limit that may be raised to, it
// would be a million calls, a quarter of a second.
raw::Result CloseOneByOne(int first, int channel) {
  constexpr int kMostOpen = 1024;
  for (int fd = first, free = 0; fd <= channel || free < kMostOpen; ++fd) {
    if (fd == channel) continue;
    // A filter may have an errno of its own for close(2).
    free = raw::Close(fd).ok() ? 0 : free + 1;
  }
  return {};
}

// The descriptors before `end` that the command gets; EBADF when one is not
// there, or is none of the caller's.
raw::Result Preserve(int end, int channel) {
  for (int fd = kFirstOther; fd < end; ++fd) {
    if (fd == channel) return raw::Failure(EBADF, SYS_fcntl);
    const raw::Result kept = raw::SetCloseOnExec(fd, false);
    if (!kept.ok()) return kept;
  }
  return {};
}

}  // namespace

raw::Result Run(const step::DieWithParent<const char*>&, int channel) {
  const raw::Result set = raw::SetParentDeathSignal(SIGKILL);
  if (!set.ok()) return set;
  // It may have died before; getppid(2) can't tell across a pid namespace.
  if (raw::PeerGone(channel)) return raw::Failure(ESRCH, SYS_prctl);
  return {};
}

raw::Result Run(const step::OutliveParent<const char*>&) {
  return raw::SetParentDeathSignal(0);
}

raw::Result Run(const step::NewSession<const char*>&) { return raw::Setsid(); }

raw::Result Run(const step::ResetSignals<const char*>&) {
  for (int signal = 1; signal <= raw::kSignalCount; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    const raw::Result set = raw::DefaultSignal(signal);
    if (!set.ok()) return set;
  }
  return raw::SetSignalMask(0);
}

raw::Result Run(const step::ChangeDirectory<const char*>& step, bool* denied) {
  if (step.retry && !*denied) return {};
  const raw::Result there = raw::Chdir(step.path);
  *denied = there.error() == EACCES;
  if (!there.ok()) return there;
  char path[PATH_MAX];
  const raw::Result current = raw::Getcwd(path, sizeof(path));
  // A path that does not start at the root is "(unreachable)".
  if (current.ok() && path[0] != '/') return raw::Failure(EXDEV, SYS_chdir);
  // Deeper than PATH_MAX is no reason to refuse.
  return current.error() == ERANGE ? raw::Result{} : current;
}

raw::Result Run(const step::CloseFds<const char*>& step, int channel) {
  const int first = kFirstOther + static_cast<int>(step.preserved);
  const raw::Result preserved = Preserve(first, channel);
  if (!preserved.ok()) return preserved;
  if (channel > first) {
    const raw::Result below = raw::CloseRange(
        static_cast<unsigned>(first), static_cast<unsigned>(channel) - 1);
    if (below.error() == ENOSYS || below.error() == EPERM) {
      return CloseOneByOne(first, channel);
    }
    if (!below.ok()) return below;
  }
  const raw::Result above =
      raw::CloseRange(static_cast<unsigned>(channel) + 1, ~0U);
  if (above.error() == ENOSYS || above.error() == EPERM) {
    return CloseOneByOne(first, channel);
  }
  return above;
}

raw::Result AdoptTerminal(int master, int* peer) {
  int unlock = 0;
  const raw::Result unlocked = raw::Ioctl(master, TIOCSPTLCK, &unlock);
  if (!unlocked.ok()) return unlocked;
  // Linux 4.13. By descriptor: a path in /dev/pts may be anything
  // (CVE-2025-52565).
  const raw::Result opened =
      raw::IoctlInt(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (!opened.ok()) return opened;
  *peer = opened.fd();
  const raw::Result controlling = raw::IoctlInt(*peer, TIOCSCTTY, 0);
  if (!controlling.ok()) return controlling;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const raw::Result duplicated = raw::Dup3(*peer, fd, 0);
    if (!duplicated.ok()) return duplicated;
  }
  return {};
}

}  // namespace chmdocker::exec
