// What testing/oci can't make happen: failures, the order of the hand-over, and
// what is not chmdocker's own /proc.
#include "runtime/namespaces/join_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/id_maps.h"
#include "runtime/step/message.h"
#include "runtime/step/report.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::namespaces {
namespace {

constexpr int kCannot = 100;  // exit status: no namespaces here

// The exit status of a child that does `work`.
template <class Work>
int StatusOf(const Work& work) {
  const pid_t child = static_cast<pid_t>(raw::Fork().value);
  if (child == 0) raw::Exit(work());
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define SKIP_IF_CANNOT(status)                       \
  if ((status) == kCannot) {                         \
    GTEST_SKIP() << "namespaces can't be made here"; \
  }

std::string Content(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string Text(const step::Note& note) { return {note.data(), note.size()}; }

// Whether the process is in the same namespace as `file` refers to.
bool IsIn(const char* own, int file) {
  const UniqueFd mine(raw::OpenAt(AT_FDCWD, own, O_RDONLY).fd());
  return raw::SameObject(mine.get(), file);
}

// A child in new namespaces that waits until it is dropped.
class Holder {
 public:
  explicit Holder(CloneFlags namespaces) {
    int up[2], down[2];
    if (pipe2(up, O_CLOEXEC) != 0 || pipe2(down, O_CLOEXEC) != 0) return;
    const UniqueFd ready(up[0]), tell(up[1]), wait(down[0]);
    release_.reset(down[1]);
    pid_ = static_cast<pid_t>(raw::Fork().value);
    if (pid_ == 0) {
      release_.reset();
      const int error = raw::Unshare(namespaces).error();
      (void)!write(tell.get(), &error, sizeof(error));
      char byte;
      (void)!read(wait.get(), &byte, 1);
      raw::Exit(0);
    }
    (void)!read(ready.get(), &error_, sizeof(error_));
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    release_.reset();
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }
  int error() const { return error_; }
  pid_t pid() const { return pid_; }
  std::string Namespace(absl::string_view name) const {
    return absl::StrCat("/proc/", pid_, "/ns/", name);
  }

 private:
  int error_ = EIO;
  pid_t pid_ = -1;
  UniqueFd release_;
};

TEST(JoinNamespaces, JoinsEachOfThem) {
  const Holder holder(kNewUts | kNewIpc);
  if (holder.error() != 0) GTEST_SKIP() << "namespaces can't be made here";
  const std::string uts = absl::StrCat("uts:", holder.Namespace("uts"));
  const std::string ipc = absl::StrCat("ipc:", holder.Namespace("ipc"));
  const UniqueFd theirs(open(holder.Namespace("uts").c_str(), O_RDONLY));
  EXPECT_EQ(
      StatusOf([&] {
        const char* entries[] = {ipc.c_str(), uts.c_str(), nullptr};
        step::Note note;
        if (!namespaces::Run(step::JoinNamespaces<const char*>{entries}, note)
                 .ok()) {
          return 1;
        }
        return IsIn("/proc/self/ns/uts", theirs.get()) ? 0 : 2;
      }),
      0);
}

TEST(JoinNamespaces, NamesWhatCannotBeOpenedAndJoinsNothing) {
  const Holder holder(kNewUts);
  if (holder.error() != 0) GTEST_SKIP() << "namespaces can't be made here";
  const std::string uts = absl::StrCat("uts:", holder.Namespace("uts"));
  const UniqueFd own(open("/proc/self/ns/uts", O_RDONLY));
  const char* entries[] = {uts.c_str(), "net:/nowhere", nullptr};
  step::Note note;
  EXPECT_EQ(
      namespaces::Run(step::JoinNamespaces<const char*>{entries}, note).error(),
      ENOENT);
  EXPECT_EQ(Text(note), "net:/nowhere");
  EXPECT_TRUE(IsIn("/proc/self/ns/uts", own.get()));
}

TEST(JoinNamespaces, RefusesAnotherKind) {
  step::Note note;
  const char* entries[] = {"net:/proc/self/ns/uts", nullptr};
  EXPECT_EQ(
      namespaces::Run(step::JoinNamespaces<const char*>{entries}, note).error(),
      EINVAL);
}

TEST(EnterCgroup, NamesTheFileThatFails) {
  const std::string good = testing::TempDir() + "/cgroup.procs";
  std::ofstream(good).flush();
  const std::string bad = testing::TempDir() + "/missing/cgroup.procs";
  const char* files[] = {good.c_str(), bad.c_str(), nullptr};
  step::Note note;
  EXPECT_EQ(
      namespaces::Run(step::EnterCgroup<const char*>{files}, note).error(),
      ENOENT);
  EXPECT_EQ(Content(good), "0");
  EXPECT_EQ(Text(note), absl::StrCat("writing 0 to \"", bad, "\""));
}

TEST(NewTimeNamespace, SetsTheOffsetsOfTheChildren) {
  constexpr char kOffsets[] = "monotonic 86400 0\nboottime 5 1000\n";
  const int status = StatusOf([&] {
    const raw::Result made =
        namespaces::Run(step::NewTimeNamespace<const char*>{kOffsets});
    if (made.error() == EPERM || made.error() == EINVAL) return kCannot;
    if (!made.ok()) return 1;
    std::istringstream text(Content("/proc/self/timens_offsets"));
    std::string words, word;
    while (text >> word) words += word + " ";
    return words == "monotonic 86400 0 boottime 5 1000 " ? 0 : 2;
  });
  SKIP_IF_CANNOT(status);
  EXPECT_EQ(status, 0);
}

// As in a mount namespace that init has joined (CVE-2025-52881).
TEST(NewTimeNamespace, WritesToNothingButProc) {
  const std::string fake = testing::TempDir() + "/proc";
  std::filesystem::create_directories(fake + "/self");
  const std::string file = fake + "/self/timens_offsets";
  std::ofstream(file).flush();
  const int status = StatusOf([&] {
    if (!raw::Unshare(kNewMount).ok()) return kCannot;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(fake.c_str(), "/proc", nullptr, MS_BIND, nullptr) != 0) {
      return kCannot;
    }
    const raw::Result made =
        namespaces::Run(step::NewTimeNamespace<const char*>{"boottime 5 0\n"});
    if (made.error() == EINVAL) return kCannot;
    return made.error() == EXDEV ? 0 : 1;
  });
  SKIP_IF_CANNOT(status);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(Content(file), "");
}

// Says that it goes on, over the channel that it is given.
void GoOn(void* channel) {
  (void)step::SendSignal(*static_cast<int*>(channel), 8);
  raw::Exit(getpid() == 1 ? 42 : 43);
}

// The new process is a child of the test, which learns its number first.
TEST(Fork, GoesOnInASisterThatTheParentLearnsOf) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd parents(ends[0]), inits(ends[1]);
  int channel = inits.get();
  const int status = StatusOf([&] {
    (void)namespaces::Run(step::Fork<const char*>{kNewPid}, channel, 7,
                          {GoOn, &channel});
    return kCannot;
  });
  SKIP_IF_CANNOT(status);
  EXPECT_EQ(status, 0) << "whoever forks ends without an error";
  step::Message message;
  ASSERT_EQ(read(parents.get(), &message, sizeof(message)),
            static_cast<ssize_t>(sizeof(message)));
  EXPECT_EQ(message.kind, step::MessageKind::kForked);
  EXPECT_EQ(message.step, 7);
  int sisters = -1;
  ASSERT_EQ(waitpid(message.error, &sisters, 0), message.error);
  EXPECT_EQ(WEXITSTATUS(sisters), 42);
  ASSERT_EQ(read(parents.get(), &message, sizeof(message)),
            static_cast<ssize_t>(sizeof(message)));
  EXPECT_EQ(message.kind, step::MessageKind::kSignal);
  EXPECT_EQ(message.step, 8);
}

TEST(Fork, ReturnsWhatFailed) {
  const int status = StatusOf([&] {
    if (!raw::Unshare(kNewPid).ok()) return kCannot;
    // A pid namespace whose first process has ended gets no other one.
    const pid_t first = static_cast<pid_t>(raw::Fork().value);
    if (first == 0) raw::Exit(0);
    if (first < 0 || waitpid(first, nullptr, 0) != first) return 1;
    const raw::Result forked =
        namespaces::Run(step::Fork<const char*>{{}}, -1, 7, {GoOn, nullptr});
    return forked.error() == ENOMEM ? 0 : 2;
  });
  SKIP_IF_CANNOT(status);
  EXPECT_EQ(status, 0);
}

absl::Status WriteIdMaps(pid_t pid, const char* users, const char* groups) {
  absl::Status wrote = WriteUserMap(pid, users);
  return wrote.ok() ? WriteGroupMap(pid, groups) : wrote;
}

TEST(WriteIdMaps, WritesBothAndLetsTheProcessBecomeRoot) {
  const Holder holder(kNewUser);
  if (holder.error() != 0) GTEST_SKIP() << "namespaces can't be made here";
  const absl::Status mapped =
      WriteIdMaps(holder.pid(), "0 1000 10\n", "0 2000 1\n1 3000 5\n");
  if (getuid() != 0) GTEST_SKIP() << "only root may map others' ids";
  ASSERT_EQ(mapped, absl::OkStatus());
  const std::string user = absl::StrCat("user:", holder.Namespace("user"));
  EXPECT_EQ(
      StatusOf([&] {
        const char* entries[] = {user.c_str(), nullptr};
        step::Note note;
        if (!namespaces::Run(step::JoinNamespaces<const char*>{entries}, note)
                 .ok()) {
          return 1;
        }
        if (!namespaces::Run(step::BecomeRoot<const char*>{}).ok()) return 2;
        return getuid() == 0 && getgid() == 0 && getgroups(0, nullptr) == 0 ? 0
                                                                            : 3;
      }),
      0);
  EXPECT_TRUE(absl::StrContains(
      Content(absl::StrCat("/proc/", holder.pid(), "/gid_map")), "3000"));
}

TEST(WriteIdMaps, NamesTheMappingThatTheKernelRefuses) {
  const Holder holder(kNewUser);
  if (holder.error() != 0) GTEST_SKIP() << "namespaces can't be made here";
  if (getuid() != 0) GTEST_SKIP() << "only root may map others' ids";
  const absl::Status mapped =
      WriteIdMaps(holder.pid(), "0 1 5\n3 10 5\n", "0 1 1\n");
  EXPECT_TRUE(absl::StrContains(mapped.message(), "EINVAL")) << mapped;
  EXPECT_TRUE(absl::StrContains(mapped.message(), "linux.uidMappings"))
      << mapped;
}

// Without any right over others' ids: the single group that is its own.
TEST(WriteIdMaps, GivesUpSetgroupsForASingleGroup) {
  constexpr int kNoMap = 101;
  const int status = StatusOf([] {
    if (getuid() != 0 || setgroups(0, nullptr) != 0 ||
        setresgid(1001, 1001, 1001) != 0 || setresuid(1000, 1000, 1000) != 0 ||
        !raw::SetDumpable(true).ok()) {
      return kCannot;
    }
    const Holder holder(kNewUser);
    if (holder.error() != 0) return kCannot;
    if (!WriteIdMaps(holder.pid(), "0 1000 1\n", "0 1001 1\n").ok()) {
      return kNoMap;
    }
    return Content(absl::StrCat("/proc/", holder.pid(), "/setgroups")) ==
                   "deny\n"
               ? 0
               : 1;
  });
  SKIP_IF_CANNOT(status);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace chmdocker::namespaces
