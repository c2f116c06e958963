// Hooks in the namespaces of another process, which the test makes itself.
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/join.h"
#include "runtime/namespaces/namespace_files.h"
#include "runtime/spec/hooks.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

constexpr CloneFlags kAllButUser = kNewMount | kNewUts | kNewIpc | kNewPid |
                                   kNewNet | CloneFlags(CLONE_NEWCGROUP) |
                                   CloneFlags(CLONE_NEWTIME);

std::string NamespaceOf(absl::string_view process, absl::string_view kind) {
  std::error_code error;
  return std::filesystem::read_symlink(
      absl::StrCat("/proc/", process, "/ns/", kind), error);
}

// A process that sleeps as pid 1 of namespaces of its own until it is dropped.
class Sleeper {
 public:
  // `root`: its root directory, if not empty.
  explicit Sleeper(CloneFlags namespaces, const std::string& root = "") {
    int up[2], down[2];
    if (pipe2(up, O_CLOEXEC) != 0 || pipe2(down, O_CLOEXEC) != 0) return;
    const UniqueFd from_holder(up[0]), to_parent(up[1]);
    const UniqueFd from_parent(down[0]), to_holder(down[1]);
    // Its own child is in the new pid and time namespaces.
    const pid_t holder = static_cast<pid_t>(raw::Fork().value);
    if (holder == 0) {
      const int failed = raw::Unshare(namespaces).error();
      (void)!write(to_parent.get(), &failed, sizeof(failed));
      int mapped = 0;
      (void)!read(from_parent.get(), &mapped, sizeof(mapped));
      if (!root.empty() && chroot(root.c_str()) != 0) raw::Exit(1);
      const pid_t child = static_cast<pid_t>(raw::ForkSister({}).value);
      while (child == 0) pause();
      (void)!write(to_parent.get(), &child, sizeof(child));
      raw::Exit(0);
    }
    (void)!read(from_holder.get(), &error_, sizeof(error_));
    if (error_ == 0 && namespaces.has(kNewUser)) error_ = MapIds(holder);
    (void)!write(to_holder.get(), &error_, sizeof(error_));
    (void)!read(from_holder.get(), &pid_, sizeof(pid_));
    waitpid(holder, nullptr, 0);
    pidfd_.reset(raw::PidfdOpen(pid_).fd());
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  int error() const { return error_; }
  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }

 private:
  // To ids that are not the caller's: 0 in there is 1000 outside.
  static int MapIds(pid_t pid) {
    for (const char* file : {"uid_map", "gid_map"}) {
      const std::string path = absl::StrCat("/proc/", pid, "/", file);
      const UniqueFd map(open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (write(map.get(), "0 1000 10\n", 10) != 10) return errno;
    }
    return 0;
  }

  int error_ = EIO;
  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

class HookNamespacesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = "/tmp/hook-ns-XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    chmod(directory_.c_str(), 0777);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string File(absl::string_view name) const {
    return absl::StrCat(directory_, "/", name);
  }
  std::string Content(absl::string_view name) const {
    std::ifstream file(File(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  spec::Hook Script(absl::string_view text) const {
    const std::string path = File("script");
    std::ofstream(path) << "#!/bin/sh\nD=" << directory_ << "\n"
                        << text << "\n";
    chmod(path.c_str(), 0755);
    return {path, {}, {"PATH=/usr/bin:/bin"}, std::nullopt};
  }
  static HookPlace PlaceIn(const Sleeper& sleeper, HookNamespaces namespaces) {
    HookPlace place;
    place.namespaces = namespaces;
    place.pid = sleeper.pid();
    place.pidfd = sleeper.pidfd();
    return place;
  }

  std::string directory_;
};

#define SKIP_UNLESS_MADE(sleeper)                                          \
  if ((sleeper).error() != 0) {                                            \
    GTEST_SKIP() << "no namespaces here: " << strerror((sleeper).error()); \
  }

TEST_F(HookNamespacesTest, JoinsAllThatDifferAndNoOther) {
  const Sleeper sleeper(kAllButUser);
  SKIP_UNLESS_MADE(sleeper);
  const absl::StatusOr<JoinTarget> target =
      OpenJoinTarget(sleeper.pid(), sleeper.pidfd());
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->namespaces, kAllButUser);
  const spec::Hook hook = Script(
      "for n in user mnt uts ipc net pid cgroup time; do readlink "
      "/proc/self/ns/$n; done > $D/ns; cat > $D/state; echo $$ > $D/pid");
  EXPECT_EQ(RunHooks("createContainer", {hook}, "{\"pid\":1}",
                     PlaceIn(sleeper, HookNamespaces::kContainerHostPath)),
            absl::OkStatus());
  std::string expected;
  const std::string pid = absl::StrCat(sleeper.pid());
  for (const char* kind :
       {"user", "mnt", "uts", "ipc", "net", "pid", "cgroup", "time"}) {
    absl::StrAppend(&expected, NamespaceOf(pid, kind), "\n");
    EXPECT_EQ(NamespaceOf(pid, kind) == NamespaceOf("self", kind),
              absl::string_view(kind) == "user")
        << kind << ": the test itself has stayed where it was";
  }
  EXPECT_EQ(Content("ns"), expected);
  EXPECT_EQ(Content("state"), "{\"pid\":1}");
  EXPECT_EQ(Content("pid"), "2\n");
}

TEST_F(HookNamespacesTest, JoinsOneByOneWherePidfdsCannotBeJoined) {
  const Sleeper sleeper(kAllButUser | kNewUser);
  SKIP_UNLESS_MADE(sleeper);
  const absl::StatusOr<JoinTarget> target =
      OpenJoinTarget(sleeper.pid(), sleeper.pidfd());
  ASSERT_TRUE(target.ok()) << target.status();
  const pid_t child = static_cast<pid_t>(raw::Fork().value);
  if (child == 0) {
    if (!namespaces::JoinFiles(target->files).ok()) raw::Exit(1);
    const bool same = NamespaceOf("self", "net") ==
                          NamespaceOf(absl::StrCat(sleeper.pid()), "net") &&
                      NamespaceOf("self", "user") ==
                          NamespaceOf(absl::StrCat(sleeper.pid()), "user");
    raw::Exit(same ? 0 : 2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(HookNamespacesTest, IsRootInAUserNamespace) {
  const Sleeper sleeper(kAllButUser | kNewUser);
  SKIP_UNLESS_MADE(sleeper);
  const spec::Hook hook = Script(
      "id -u; id -g; grep CapEff /proc/self/status; "
      "exit 9");
  const absl::Status status =
      RunHooks("createContainer", {hook}, "{}",
               PlaceIn(sleeper, HookNamespaces::kContainerHostPath));
  EXPECT_TRUE(
      absl::StrContains(status.message(), "exit status 9: 0\\0120\\012CapEff:"))
      << status;
  EXPECT_FALSE(absl::StrContains(status.message(), "0000000000000000"))
      << "has the capabilities of the user namespace: " << status;
}

TEST_F(HookNamespacesTest, FindsTheHostsPathThoughTheContainerHasAnother) {
  const Sleeper sleeper(kAllButUser, directory_);
  SKIP_UNLESS_MADE(sleeper);
  // In the container this path is nowhere; the interpreter neither, so a
  // program.
  const spec::Hook hook = {"/bin/busybox", {"busybox", "false"}, {}, {}};
  if (!std::filesystem::exists(hook.path)) {
    GTEST_SKIP() << "no static program here: busybox is missing";
  }
  EXPECT_TRUE(absl::StrContains(
      RunHooks("createContainer", {hook}, "{}",
               PlaceIn(sleeper, HookNamespaces::kContainerHostPath))
          .message(),
      "exit status 1"));
}

TEST_F(HookNamespacesTest, HasNoOtherDescriptorThanItsOwnThree) {
  const Sleeper sleeper(kAllButUser);
  SKIP_UNLESS_MADE(sleeper);
  const UniqueFd inherited(dup(sleeper.pidfd()));  // not close-on-exec
  for (int fd = 3; fd < 16; ++fd) {
    HookPlace place = PlaceIn(sleeper, HookNamespaces::kContainerHostPath);
    place.directory = absl::StrCat("/proc/self/fd/", fd);
    const spec::Hook hook = {"/bin/true", {}, {}, {}};
    EXPECT_FALSE(RunHooks("createContainer", {hook}, "{}", place).ok()) << fd;
  }
}

TEST_F(HookNamespacesTest, SaysWhichHookWasForAProcessThatIsGone) {
  std::optional<Sleeper> sleeper(std::in_place, kNewUts);
  SKIP_UNLESS_MADE(*sleeper);
  HookPlace place = PlaceIn(*sleeper, HookNamespaces::kContainerHostPath);
  const UniqueFd pidfd(dup(place.pidfd));
  place.pidfd = pidfd.get();
  sleeper.reset();
  EXPECT_TRUE(absl::StartsWith(
      RunHooks("createContainer", {{"/bin/true", {}, {}, {}}}, "{}", place)
          .message(),
      "error running createContainer hook #0: \"/bin/true\": newfstatat "
      "\"/proc/"));
}

TEST_F(HookNamespacesTest, TimesOutThere) {
  const Sleeper sleeper(kAllButUser);
  SKIP_UNLESS_MADE(sleeper);
  spec::Hook hook = Script("sleep 1000");
  hook.timeout_seconds = 1;
  EXPECT_TRUE(absl::EndsWith(
      RunHooks("createContainer", {hook}, "{}",
               PlaceIn(sleeper, HookNamespaces::kContainerHostPath))
          .message(),
      "timed out after 1 s"));
}

}  // namespace
}  // namespace chmdocker::launch
