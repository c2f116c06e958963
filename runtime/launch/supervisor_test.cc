// What the supervisor makes of a process's end, on a child of the test's.
#include "runtime/launch/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::launch {
namespace {

class SupervisorTest : public ::testing::Test {
 protected:
  SupervisorTest() : signals_(SignalFd::Create()) {
    EXPECT_TRUE(signals_.ok()) << signals_.status();
  }

  void Start(const std::function<void()>& body) {
    launched_.pid = fork();
    if (launched_.pid == 0) {
      body();
      _exit(1);
    }
    launched_.pidfd.reset(raw::PidfdOpen(launched_.pid).fd());
    launched_.is_pid_1 = false;
  }

  // When it has ended, though nobody has reaped it.
  void AwaitEnd() const {
    siginfo_t info = {};
    ASSERT_EQ(waitid(P_PID, launched_.pid, &info, WEXITED | WNOWAIT), 0);
  }

  int Supervise() {
    const absl::StatusOr<int> code =
        launch::Supervise(launched_, signals_->fd(), /*interactive=*/false);
    EXPECT_TRUE(code.ok()) << code.status();
    return code.value_or(-1);
  }

  absl::StatusOr<SignalFd> signals_;
  Launched launched_;
};

TEST_F(SupervisorTest, ReturnsTheExitCode) {
  Start([] { _exit(7); });
  EXPECT_EQ(Supervise(), 7);
  EXPECT_EQ(waitpid(launched_.pid, nullptr, 0), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(SupervisorTest, ReturnsTheSignal) {
  Start([] { raise(SIGKILL); });
  EXPECT_EQ(Supervise(), 128 + SIGKILL);
}

// A hook's end and the command's are one SIGCHLD if they come one right after
// the other, and a hook's run reads it.
TEST_F(SupervisorTest, NeedsNoSignalForAnEndBeforeIt) {
  Start([] { _exit(3); });
  AwaitEnd();
  signalfd_siginfo info;
  ASSERT_EQ(read(signals_->fd(), &info, sizeof(info)),
            static_cast<ssize_t>(sizeof(info)));
  EXPECT_EQ(info.ssi_signo, static_cast<uint32_t>(SIGCHLD));
  EXPECT_EQ(Supervise(), 3);
}

// The signal of an end that was seen without it still comes, while the last
// output is waited for.
TEST_F(SupervisorTest, ReapsOnce) {
  launched_.terminal.reset(posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(launched_.terminal.valid());
  ASSERT_EQ(unlockpt(launched_.terminal.get()), 0);
  const std::string name = ptsname(launched_.terminal.get());
  Start([&] {
    const int side = open(name.c_str(), O_RDWR | O_NOCTTY);
    _exit(write(side, "last", 4) == 4 ? 5 : 1);
  });
  AwaitEnd();
  EXPECT_EQ(Supervise(), 5);
}

TEST_F(SupervisorTest, PassesASignalOn) {
  Start([] {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (;;) pause();
  });
  kill(getpid(), SIGTERM);
  EXPECT_EQ(Supervise(), 128 + SIGTERM);
}

}  // namespace
}  // namespace chmdocker::launch
