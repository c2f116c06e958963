// On the hierarchies of this machine.
#include "runtime/cgroups/cgroup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Exists(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

// Waits for the end of a child and says how it came.
int WaitFor(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making cgroups needs root";
    absl::StatusOr<Directories> found = FindHierarchies();
    ASSERT_TRUE(found.ok()) << found.status();
    hierarchies_ = *found;
    if (hierarchies_.empty()) GTEST_SKIP() << "no cgroup hierarchy is mounted";
    static int count = 0;
    name_ = absl::StrCat("chmdocker-test-", getpid(), "-", ++count);
    const std::string probe = absl::StrCat(hierarchies_[0].path, "/", name_);
    if (mkdir(probe.c_str(), 0755) != 0) {
      GTEST_SKIP() << probe << " can't be made";
    }
    rmdir(probe.c_str());
  }

  void TearDown() override {
    KillAll(directories_, SIGKILL).IgnoreError();
    for (const pid_t child : children_) WaitFor(child);
    EXPECT_EQ(Remove(directories_), absl::OkStatus());
    for (const host::CgroupDirectory& hierarchy : hierarchies_) {
      const std::string path = absl::StrCat(hierarchy.path, "/", name_);
      EXPECT_FALSE(Exists(path)) << path;
      rmdir(path.c_str());
    }
  }

  // Makes "/NAME" with `resources`.
  void Make(const spec::Resources& resources = {}) {
    absl::StatusOr<Directories> made = Create(
        hierarchies_, absl::StrCat("/", name_), "id", resources, Rootless::kNo);
    ASSERT_TRUE(made.ok()) << made.status();
    directories_ = *made;
  }

  // A child that enters the cgroups, says so, and goes on with `body`.
  pid_t Spawn(const std::function<void()>& body) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      for (const std::string& file : EntryFiles(directories_)) {
        const int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "0", 1) != 1) _exit(1);
        close(fd);
      }
      if (write(ends[1], "", 1) != 1) _exit(1);
      body();
      _exit(0);
    }
    close(ends[1]);
    char byte;
    EXPECT_EQ(read(ends[0], &byte, 1), 1) << "the child could not enter";
    close(ends[0]);
    children_.push_back(child);
    return child;
  }
  int Reap(pid_t child) {
    std::erase(children_, child);
    return WaitFor(child);
  }

  static void Sleep() {
    for (;;) pause();
  }
  // Each process of it forks for ever.
  static void ForkBomb() {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
      if (fork() < 0) usleep(100);
    }
  }

  std::string Read(const char* controller, const char* file) const {
    const host::CgroupDirectory* directory = FindV1(directories_, controller);
    if (directory == nullptr) directory = FindV2(directories_);
    return ReadFile(absl::StrCat(directory->path, "/", file));
  }
  bool HasV1(const char* controller) const {
    return FindV1(hierarchies_, controller) != nullptr;
  }

  Directories hierarchies_;
  Directories directories_;
  std::vector<pid_t> children_;
  std::string name_;
};

TEST_F(CgroupTest, MakesOneInEachHierarchy) {
  Make();
  ASSERT_EQ(directories_.size(), hierarchies_.size());
  for (size_t i = 0; i < directories_.size(); ++i) {
    EXPECT_EQ(directories_[i].controllers, hierarchies_[i].controllers);
    EXPECT_EQ(directories_[i].path,
              absl::StrCat(hierarchies_[i].path, "/", name_));
    EXPECT_TRUE(Exists(directories_[i].path));
  }
}

TEST_F(CgroupTest, IsEnteredAndRemoved) {
  Make();
  const pid_t child = Spawn(Sleep);
  absl::StatusOr<std::vector<pid_t>> processes = Processes(directories_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  EXPECT_THAT(*processes, ElementsAre(child));
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGKILL);
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
  EXPECT_FALSE(Exists(directories_[0].path));
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
  processes = Processes(directories_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  EXPECT_THAT(*processes, IsEmpty());
}

TEST_F(CgroupTest, EntersNestedOnes) {
  absl::StatusOr<Directories> made = Create(
      hierarchies_, absl::StrCat("/", name_, "/a/b"), "id", {}, Rootless::kNo);
  ASSERT_TRUE(made.ok()) << made.status();
  directories_ = *made;
  const pid_t child = Spawn(Sleep);
  for (host::CgroupDirectory& directory : directories_) {
    directory.path.resize(directory.path.size() - 4);  // the one of TearDown
  }
  absl::StatusOr<std::vector<pid_t>> processes = Processes(directories_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  EXPECT_THAT(*processes, ElementsAre(child));
}

TEST_F(CgroupTest, RefusesOneInUse) {
  Make();
  const pid_t child = Spawn(Sleep);
  const absl::StatusOr<Directories> again =
      Create(hierarchies_, absl::StrCat("/", name_), "id", {}, Rootless::kNo);
  EXPECT_THAT(again.status().message(),
              HasSubstr("container's cgroup is not empty: 1 process(es)"));
  EXPECT_TRUE(Exists(directories_[0].path));
  kill(child, SIGKILL);
  Reap(child);
}

TEST_F(CgroupTest, TakesOneThatIsEmpty) {
  Make();
  Make();
}

TEST_F(CgroupTest, RefusesBadPaths) {
  for (const char* path : {"/", "/a/../..", "../a", "..", "/./a", "."}) {
    const absl::StatusOr<Directories> made =
        Create(hierarchies_, path, "id", {}, Rootless::kNo);
    EXPECT_THAT(made.status().message(), HasSubstr("linux.cgroupsPath: "))
        << path;
  }
}

TEST_F(CgroupTest, LeavesNothingOfOneThatFails) {
  spec::Resources resources;
  resources.cpu.cpus = "4000";
  const absl::StatusOr<Directories> made =
      Create(hierarchies_, absl::StrCat("/", name_, "/a"), "id", resources,
             Rootless::kNo);
  EXPECT_THAT(made.status().message(),
              HasSubstr("linux.resources.cpu.cpus: write \"4000\" to "));
  EXPECT_FALSE(Exists(absl::StrCat(hierarchies_[0].path, "/", name_)));
}

TEST_F(CgroupTest, OutrunsAForkBomb) {
  spec::Resources resources;
  resources.pids_limit = 200;
  Make(resources);
  Spawn(ForkBomb);
  Spawn(ForkBomb);
  while (Processes(directories_)->size() < 50) usleep(1000);
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  for (const pid_t child : children_) EXPECT_EQ(WTERMSIG(WaitFor(child)), 9);
  children_.clear();
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

// Without cgroup.kill, as before Linux 5.14 and on v1 alone.
TEST_F(CgroupTest, OutrunsAForkBombByTheFreezer) {
  spec::Resources resources;
  resources.pids_limit = 200;
  Make(resources);
  if (!HasV1("freezer")) GTEST_SKIP() << "there is no freezer of v1";
  const Directories all = directories_;
  std::erase_if(directories_, [](const host::CgroupDirectory& directory) {
    return directory.controllers.empty();
  });
  Spawn(ForkBomb);
  Spawn(ForkBomb);
  while (Processes(directories_)->size() < 50) usleep(1000);
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  for (const pid_t child : children_) EXPECT_EQ(WTERMSIG(WaitFor(child)), 9);
  children_.clear();
  EXPECT_EQ(Remove(all), absl::OkStatus());
}

TEST_F(CgroupTest, FreezesAndThaws) {
  Make();
  const pid_t child = Spawn(Sleep);
  EXPECT_EQ(IsFrozen(directories_).value(), false);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), true);
  // SIGTERM is not acted upon before the thaw.
  EXPECT_EQ(KillAll(directories_, SIGTERM), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), true);
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), 0);
  const absl::StatusOr<Directories> again =
      Create(hierarchies_, absl::StrCat("/", name_), "id", {}, Rootless::kNo);
  EXPECT_FALSE(again.ok());
  EXPECT_EQ(Thaw(directories_), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), false);
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGTERM);
}

TEST_F(CgroupTest, RefusesAFrozenOne) {
  Make();
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  const absl::StatusOr<Directories> again =
      Create(hierarchies_, absl::StrCat("/", name_), "id", {}, Rootless::kNo);
  EXPECT_EQ(again.status().message(), "container's cgroup unexpectedly frozen");
}

TEST_F(CgroupTest, KillsTheFrozen) {
  Make();
  const pid_t child = Spawn(Sleep);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGKILL);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

TEST_F(CgroupTest, RemovesWhatIsBelow) {
  Make();
  for (const host::CgroupDirectory& directory : directories_) {
    std::string path = directory.path;
    for (const char* name : {"/a", "/b", "/c"}) {
      path += name;
      ASSERT_EQ(mkdir(path.c_str(), 0755), 0) << path;
      ASSERT_EQ(mkdir((path + " 2").c_str(), 0755), 0) << path;
    }
  }
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

TEST_F(CgroupTest, NamesTheProcessThatKeepsIt) {
  Make();
  const pid_t child = Spawn(Sleep);
  EXPECT_THAT(Remove({directories_[0]}).message(),
              HasSubstr(absl::StrCat("EBUSY (resource busy); 1 "
                                     "process(es) are still in it, one is ",
                                     child)));
}

// A process that has ended leaves its cgroup a little later.
TEST_F(CgroupTest, WaitsForTheDying) {
  for (int i = 0; i < 20; ++i) {
    Make();
    const pid_t child = Spawn(Sleep);
    kill(child, SIGKILL);
    EXPECT_EQ(Remove(directories_), absl::OkStatus());
    Reap(child);
  }
}

}  // namespace
}  // namespace chmdocker::cgroups
