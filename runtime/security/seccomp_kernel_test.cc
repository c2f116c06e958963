// Compiled filters in the kernel, each in a child of its own.
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/security/engine_profile.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/seccomp.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;

constexpr int kNotLoaded = 200;

// Loads the filter of `profile` and calls `number` under it. Returns 0 or the
// call's errno, or 128 and the signal that ended the child.
int CallUnder(const spec::Seccomp& profile, long number, long argument = 0) {
  const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
  if (!filter.ok()) return kNotLoaded;
  std::vector<sock_filter> program = filter->program;
  const sock_fprog fprog = {static_cast<uint16_t>(program.size()),
                            program.data()};
  const pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        !raw::Seccomp(SECCOMP_SET_MODE_FILTER, filter->flags, &fprog).ok()) {
      _exit(kNotLoaded);
    }
    _exit(raw::Call(number, argument, 0, 0, 0, 0, 0).error());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(SeccompKernel, AnEnginesProfileDoesWhatItSays) {
  spec::Seccomp profile =
      EngineProfile({"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"});
  EXPECT_EQ(CallUnder(profile, SYS_getpid), 0);
  EXPECT_EQ(CallUnder(profile, SYS_mount), EPERM);
  EXPECT_EQ(CallUnder(profile, SYS_clone3), ENOSYS);
  EXPECT_EQ(CallUnder(profile, 5000), ENOSYS);
  EXPECT_EQ(CallUnder(profile, SYS_personality, 0xffffffff), 0);
  EXPECT_EQ(CallUnder(profile, SYS_personality, 0x40000), EPERM);
  EXPECT_EQ(CallUnder(profile, SYS_socket, 40), EPERM);
  EXPECT_EQ(CallUnder(profile, SYS_socket, 1000), EAFNOSUPPORT);
  profile.flags = SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW |
                  SECCOMP_FILTER_FLAG_TSYNC |
                  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  EXPECT_EQ(CallUnder(profile, SYS_mount), EPERM);
}

TEST(SeccompKernel, KillsAndTraps) {
  spec::Seccomp profile;
  profile.rules = {{{"sync"}, SeccompAction::kKillProcess, {}, {}},
                   {{"syncfs"}, SeccompAction::kTrap, {}, {}},
                   {{"getppid"}, SeccompAction::kErrno, EXDEV, {}}};
  EXPECT_EQ(CallUnder(profile, SYS_sync), 128 + SIGSYS);
  EXPECT_EQ(CallUnder(profile, SYS_syncfs), 128 + SIGSYS);
  EXPECT_EQ(CallUnder(profile, SYS_getppid), EXDEV);
  EXPECT_EQ(CallUnder(profile, SYS_getpid), 0);
  // A call of x32, which is not listed.
  EXPECT_EQ(CallUnder(profile, 0x40000000 | SYS_getpid), 128 + SIGSYS);
}

TEST(SeccompKernel, AListenerIsADescriptor) {
  spec::Seccomp profile;
  profile.listener_path = "/run/agent.sock";
  profile.flags = SECCOMP_FILTER_FLAG_TSYNC;
  profile.rules = {{{"sync"}, SeccompAction::kNotify, {}, {}}};
  const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
  ASSERT_TRUE(filter.ok()) << filter.status();
  std::vector<sock_filter> program = filter->program;
  const sock_fprog fprog = {static_cast<uint16_t>(program.size()),
                            program.data()};
  const pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(1);
    const raw::Result loaded =
        raw::Seccomp(SECCOMP_SET_MODE_FILTER, filter->flags, &fprog);
    _exit(loaded.ok() && fcntl(loaded.fd(), F_GETFD) == FD_CLOEXEC ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace chmdocker::security
