#include "runtime/launch/signals.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace chmdocker::launch {
namespace {

constexpr char kStatus[] =
    "Name:\tsleep\n"
    "SigQ:\t0/95\n"
    "SigPnd:\t0000000000000000\n"
    "SigBlk:\t0000000000000400\n"
    "SigIgn:\t0000000000001000\n"
    "SigCgt:\t0000000000000002\n";

TEST(SignalDispositionsFrom, ReadsTheMasks) {
  const std::optional<SignalDispositions> found =
      SignalDispositionsFrom(kStatus);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->IsDefault(SIGSEGV)) << "blocked";
  EXPECT_FALSE(found->IsDefault(SIGPIPE)) << "ignored";
  EXPECT_FALSE(found->IsDefault(SIGINT)) << "caught";
  EXPECT_TRUE(found->IsDefault(SIGTERM));
}

TEST(SignalDispositionsFrom, WantsAllThreeMasks) {
  EXPECT_EQ(SignalDispositionsFrom(""), std::nullopt);
  EXPECT_EQ(SignalDispositionsFrom("SigBlk:\t00\nSigIgn:\t00\n"), std::nullopt);
  EXPECT_EQ(SignalDispositionsFrom("SigBlk:\tx\nSigIgn:\t00\nSigCgt:\t0\n"),
            std::nullopt);
}

TEST(SignalDispositionsFrom, KnowsNothingOfZombies) {
  EXPECT_EQ(SignalDispositionsFrom(
                "State:\tZ (zombie)\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\t0\n"),
            std::nullopt);
}

TEST(ReadSignalDispositions, KnowsThisProcess) {
  signal(SIGUSR1, SIG_IGN);
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  ASSERT_GE(pidfd, 0);
  const std::optional<SignalDispositions> found = ReadSignalDispositions(pidfd);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->IsDefault(SIGUSR1));
  signal(SIGUSR1, SIG_DFL);
  EXPECT_TRUE(ReadSignalDispositions(pidfd)->IsDefault(SIGUSR1));
  close(pidfd);
}

// Signals that came when the container had ended.
TEST(SignalFd, TakesWhatIsLeftAlong) {
  const pid_t child = fork();
  if (child == 0) {
    {
      const absl::StatusOr<SignalFd> signals = SignalFd::Create();
      if (!signals.ok()) _exit(1);
      raise(SIGUSR1);
      raise(SIGRTMIN);
      raise(SIGTERM);
    }
    _exit(7);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(EndsByDefault, FollowsSignal7) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGALRM,
                           SIGRTMIN, SIGRTMAX}) {
    EXPECT_TRUE(EndsByDefault(signal)) << signal;
  }
  for (const int signal : {SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP}) {
    EXPECT_FALSE(EndsByDefault(signal)) << signal;
  }
}

}  // namespace
}  // namespace chmdocker::launch
