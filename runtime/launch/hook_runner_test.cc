// Hooks in the caller's own namespaces, as shell scripts on the real kernel.
#include "runtime/launch/hook_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/signals.h"
#include "runtime/spec/hooks.h"

namespace chmdocker::launch {
namespace {

using testing::TempDir;

class HookRunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = absl::StrCat(TempDir(), "/hooks-XXXXXX");
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    directory_ = std::filesystem::canonical(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string File(absl::string_view name) const {
    return absl::StrCat(directory_, "/", name);
  }
  std::string Content(absl::string_view name) const {
    std::ifstream file(File(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  // A shell script; "$D" in it is the test's directory.
  spec::Hook Script(absl::string_view text) {
    const std::string path = File(absl::StrCat("script", ++scripts_));
    std::ofstream(path) << "#!/bin/sh\nD=" << directory_ << "\n"
                        << text << "\n";
    chmod(path.c_str(), 0755);
    return {path, {}, {"PATH=/usr/bin:/bin"}, std::nullopt};
  }

  absl::Status Run(const std::vector<spec::Hook>& hooks,
                   absl::string_view state = "{}") {
    return RunHooks("createRuntime", hooks, state, HookPlace());
  }

  std::string directory_;
  int scripts_ = 0;
};

TEST_F(HookRunnerTest, RunsInOrderAndWaits) {
  EXPECT_EQ(Run({Script("echo one >> $D/log; sleep 0.05; echo two >> $D/log"),
                 Script("echo three >> $D/log")}),
            absl::OkStatus());
  EXPECT_EQ(Content("log"), "one\ntwo\nthree\n");
}

TEST_F(HookRunnerTest, GetsTheStateOnStandardInput) {
  EXPECT_EQ(Run({Script("cat > $D/first"), Script("cat > $D/second")},
                "{\"id\":\"c\"}"),
            absl::OkStatus());
  EXPECT_EQ(Content("first"), "{\"id\":\"c\"}");
  EXPECT_EQ(Content("second"), "{\"id\":\"c\"}");
}

TEST_F(HookRunnerTest, TakesAStateLargerThanAPipe) {
  const std::string state(200 * 1024, 's');
  EXPECT_EQ(Run({Script("true"), Script("cat > $D/state")}, state),
            absl::OkStatus());
  EXPECT_EQ(Content("state"), state);
}

TEST_F(HookRunnerTest, CannotChangeTheState) {
  EXPECT_EQ(Run({Script("echo x 2>/dev/null >&0 && exit 1; exit 0")}),
            absl::OkStatus());
}

TEST_F(HookRunnerTest, HasExactlyTheEnvironmentAndArguments) {
  spec::Hook hook{"/usr/bin/env", {"other-name"}, {"A=1", "B=two words"}, {}};
  hook.args = {"env", "sh", "-c", "/usr/bin/env > $0", File("env")};
  ASSERT_EQ(Run({hook}), absl::OkStatus());
  const std::string environment = Content("env");
  EXPECT_TRUE(absl::StrContains(environment, "A=1\n"));
  EXPECT_TRUE(absl::StrContains(environment, "B=two words\n"));
  EXPECT_FALSE(absl::StrContains(environment, "HOME="));
  spec::Hook empty{
      "/bin/cp", {"cp", "/proc/self/environ", File("none")}, {}, {}};
  ASSERT_EQ(Run({empty}), absl::OkStatus());
  EXPECT_EQ(Content("none"), "");
  spec::Hook unnamed{Script("echo $0 > $D/name").path, {}, {}, {}};
  ASSERT_EQ(Run({unnamed}), absl::OkStatus());
  EXPECT_EQ(Content("name"), absl::StrCat(unnamed.path, "\n"));
}

TEST_F(HookRunnerTest, RunsInTheDirectoryOfItsPlace) {
  HookPlace place;
  place.directory = directory_;
  EXPECT_EQ(RunHooks("poststart", {Script("/bin/pwd > cwd")}, "{}", place),
            absl::OkStatus());
  EXPECT_EQ(Content("cwd"), absl::StrCat(directory_, "\n"));
}

TEST_F(HookRunnerTest, TellsWhatAFailedHookWrote) {
  const spec::Hook hook = Script("echo out; echo err >&2; exit 3");
  EXPECT_EQ(Run({Script("true"), hook, Script("touch $D/more")}).message(),
            absl::StrCat("error running createRuntime hook #1: \"", hook.path,
                         "\": exit status 3: out\\012err"));
  EXPECT_FALSE(std::filesystem::exists(File("more"))) << "stops at a failure";
}

TEST_F(HookRunnerTest, ShowsTheEndOfMuchOutput) {
  const absl::Status status =
      Run({Script("head -c 300000 /dev/zero | tr '\\0' x; echo END; exit 1")});
  EXPECT_TRUE(absl::EndsWith(status.message(), "xEND"));
  EXPECT_LT(status.message().size(), 5000);
}

TEST_F(HookRunnerTest, TellsTheSignalThatKilledAHook) {
  const spec::Hook hook = Script("kill -TERM $$");
  EXPECT_EQ(Run({hook}).message(),
            absl::StrCat("error running createRuntime hook #0: \"", hook.path,
                         "\": killed by signal 15 (Terminated)"));
}

TEST_F(HookRunnerTest, NamesAHookThatIsNotThere) {
  EXPECT_EQ(Run({{"/no/such/hook", {}, {}, {}}}).message(),
            "error running createRuntime hook #0: \"/no/such/hook\": execve: "
            "ENOENT (no such "
            "file or directory)");
}

TEST_F(HookRunnerTest, KillsATreeThatTakesTooLong) {
  // Hangs up when the grandchild, which holds the other end, is gone.
  ASSERT_EQ(mkfifo(File("alive").c_str(), 0600), 0);
  const UniqueFd alive(open(File("alive").c_str(), O_RDONLY | O_NONBLOCK));
  ASSERT_TRUE(alive.valid());
  spec::Hook hook = Script("sleep 1000 > $D/alive & echo waiting; wait");
  hook.timeout_seconds = 1;
  EXPECT_EQ(Run({hook}).message(),
            absl::StrCat("error running createRuntime hook #0: \"", hook.path,
                         "\" timed out after 1 s: waiting"));
  pollfd hang_up = {alive.get(), POLLIN, 0};
  EXPECT_EQ(poll(&hang_up, 1, 10'000), 1) << "the grandchild lives on";
}

TEST_F(HookRunnerTest, DoesNotWaitForADaemonThatKeepsTheOutputOpen) {
  spec::Hook hook = Script("sleep 1000 & echo $! > $D/daemon");
  hook.timeout_seconds = 60;
  EXPECT_EQ(Run({hook}), absl::OkStatus());
  int daemon = 0;
  ASSERT_TRUE(absl::SimpleAtoi(Content("daemon"), &daemon));
  EXPECT_EQ(kill(daemon, SIGKILL), 0) << "it lives on";
}

TEST_F(HookRunnerTest, HasNoDescriptorsAndSignalsOfTheCaller) {
  const int leaked = open("/dev/null", O_RDONLY);
  ASSERT_GE(leaked, 3);
  signal(SIGPIPE, SIG_IGN);
  sigset_t all, old;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  // No shell in between: one blocks signals itself while it waits.
  const spec::Hook copy = {
      "/bin/cp", {"cp", "/proc/self/status", File("signals")}, {}, {}};
  const absl::Status status = Run({Script("ls -l /proc/$$/fd > $D/fds"), copy});
  sigprocmask(SIG_SETMASK, &old, nullptr);
  close(leaked);
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_FALSE(absl::StrContains(Content("fds"), "/dev/null"))
      << Content("fds");
  EXPECT_TRUE(
      absl::StrContains(Content("signals"), "SigIgn:\t0000000000000000"))
      << Content("signals");
  EXPECT_TRUE(
      absl::StrContains(Content("signals"), "SigBlk:\t0000000000000000"))
      << Content("signals");
}

TEST_F(HookRunnerTest, IsInterruptedByASignalButKeepsTheOthers) {
  absl::StatusOr<SignalFd> signals = SignalFd::Create();
  ASSERT_TRUE(signals.ok()) << signals.status();
  kill(getpid(), SIGWINCH);
  HookPlace place;
  place.interrupt_fd = signals->fd();
  EXPECT_EQ(RunHooks("poststart", {Script("sleep 0.1")}, "{}", place),
            absl::OkStatus());
  sigset_t pending;
  sigpending(&pending);
  EXPECT_TRUE(sigismember(&pending, SIGWINCH)) << "swallowed";
  const absl::Status status = RunHooks(
      "poststart", {Script("kill -TERM $PPID; sleep 1000")}, "{}", place);
  EXPECT_EQ(InterruptOf(status), SIGTERM) << status;
}

TEST_F(HookRunnerTest, GoesOnBehindFailuresIfAsked) {
  const spec::Hook bad = Script("exit 1");
  const spec::Hook missing = {"/no/such/hook", {}, {}, {}};
  const absl::Status status = RunAllHooks(
      "poststop", {bad, missing, Script("touch $D/ran")}, "{}", HookPlace());
  EXPECT_TRUE(std::filesystem::exists(File("ran")));
  EXPECT_EQ(status.message(),
            absl::StrCat("error running poststop hook #0: \"", bad.path,
                         "\": exit status 1; error running poststop hook #1: "
                         "\"/no/such/hook\": execve: ENOENT (no such file or "
                         "directory)"));
  EXPECT_EQ(RunAllHooks("poststop", {Script("true")}, "{}", HookPlace()),
            absl::OkStatus());
}

}  // namespace
}  // namespace chmdocker::launch
