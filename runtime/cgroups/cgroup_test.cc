// On the hierarchies of this machine.
#include "runtime/cgroups/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/cgroups/stats.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

using ::testing::AllOf;
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

enum class Which : bool { kAll, kV2Alone };

absl::StatusOr<Directories> Create(const Directories& hierarchies,
                                   const std::string& path,
                                   const std::string& id,
                                   const spec::Resources& resources,
                                   Rootless rootless,
                                   const MayReuse& may_reuse = nullptr) {
  Creation creation(
      {&hierarchies, path, id, &resources, rootless, may_reuse, 0});
  const absl::Status unified = creation.MakeUnified();
  if (!unified.ok()) return unified;
  return creation.Finish();
}

class CgroupTest : public testing::TestWithParam<Which> {
 protected:
  // Controllers stay passed on from the root, for that is no container's; what
  // was not before the test is taken back.
  static void SetUpTestSuite() {
    const absl::StatusOr<Directories> found = FindHierarchies();
    const host::CgroupDirectory* v2 = found.ok() ? FindV2(*found) : nullptr;
    control_ = v2 == nullptr ? "" : v2->path + "/cgroup.subtree_control";
    passed_on_ = ReadFile(control_);
  }
  static void TearDownTestSuite() {
    for (const absl::string_view name : absl::StrSplit(
             ReadFile(control_), absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
      if (absl::StrContains(passed_on_, name)) continue;
      std::ofstream(control_) << "-" << name;
    }
  }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making cgroups needs root";
    absl::StatusOr<Directories> found = FindHierarchies();
    ASSERT_TRUE(found.ok()) << found.status();
    hierarchies_ = *found;
    if (GetParam() == Which::kV2Alone) {
      std::erase_if(hierarchies_, [](const host::CgroupDirectory& hierarchy) {
        return !hierarchy.controllers.empty();
      });
    }
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
      Remove({{"", path}}).IgnoreError();
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
  static void UseMemory(size_t size) {
    volatile char* memory = new char[size];
    for (size_t i = 0; i < size; i += 4096) memory[i] = 1;
  }
  int OpenInside(const char* path);
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
  // Whether v1 has it, or v2 does not leave it to v1.
  bool Has(const char* controller) const {
    if (HasV1(controller)) return true;
    const host::CgroupDirectory* v2 = FindV2(hierarchies_);
    return v2 != nullptr &&
           absl::StrContains(ReadFile(v2->path + "/cgroup.controllers"),
                             controller);
  }

  static inline std::string control_;
  static inline std::string passed_on_;
  Directories hierarchies_;
  Directories directories_;
  std::vector<pid_t> children_;
  std::string name_;
};

TEST_P(CgroupTest, MakesOneInEachHierarchy) {
  Make();
  ASSERT_EQ(directories_.size(), hierarchies_.size());
  for (size_t i = 0; i < directories_.size(); ++i) {
    EXPECT_EQ(directories_[i].controllers, hierarchies_[i].controllers);
    EXPECT_EQ(directories_[i].path,
              absl::StrCat(hierarchies_[i].path, "/", name_));
    EXPECT_TRUE(Exists(directories_[i].path));
  }
}

TEST_P(CgroupTest, IsRemovedAtOnceOnlyWhileEmpty) {
  Make();
  const pid_t child = Spawn(Sleep);
  EXPECT_FALSE(RemoveIfEmpty(directories_));
  for (const host::CgroupDirectory& directory : directories_) {
    EXPECT_TRUE(Exists(directory.path));
  }
  kill(child, SIGKILL);
  Reap(child);
  EXPECT_TRUE(RemoveIfEmpty(directories_));
  for (const host::CgroupDirectory& directory : directories_) {
    EXPECT_FALSE(Exists(directory.path));
  }
  EXPECT_TRUE(RemoveIfEmpty(directories_));
}

TEST_P(CgroupTest, IsEnteredAndRemoved) {
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

TEST_P(CgroupTest, EntersNestedOnes) {
  absl::StatusOr<Directories> made = Create(
      hierarchies_, absl::StrCat("/", name_, "/a/b"), "id", {}, Rootless::kNo);
  ASSERT_TRUE(made.ok()) << made.status();
  directories_ = *made;
  const pid_t child = Spawn(Sleep);
  for (host::CgroupDirectory& directory : directories_) {
    directory.path.resize(directory.path.size() - 4);  // the one of TearDown
    directory.inode = 0;
  }
  absl::StatusOr<std::vector<pid_t>> processes = Processes(directories_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  EXPECT_THAT(*processes, ElementsAre(child));
}

TEST_P(CgroupTest, RefusesOneInUse) {
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

TEST_P(CgroupTest, TakesOneThatIsEmpty) {
  Make();
  Make();
}

TEST_P(CgroupTest, RefusesBadPaths) {
  for (const char* path : {"/", "/a/../..", "../a", "..", "/./a", "."}) {
    const absl::StatusOr<Directories> made =
        Create(hierarchies_, path, "id", {}, Rootless::kNo);
    EXPECT_THAT(made.status().message(), HasSubstr("linux.cgroupsPath: "))
        << path;
  }
}

TEST_P(CgroupTest, LeavesNothingOfOneThatFails) {
  if (!HasV1("cpuset")) GTEST_SKIP() << "there is no cpuset controller of v1";
  spec::Resources resources;
  resources.cpu.cpus = "4000";
  const absl::StatusOr<Directories> made =
      Create(hierarchies_, absl::StrCat("/", name_, "/a"), "id", resources,
             Rootless::kNo);
  EXPECT_THAT(made.status().message(),
              HasSubstr("linux.resources.cpu.cpus: write \"4000\" to "));
  EXPECT_FALSE(Exists(absl::StrCat(hierarchies_[0].path, "/", name_)));
}

TEST_P(CgroupTest, OutrunsAForkBomb) {
  if (!Has("pids")) GTEST_SKIP() << "there is no pids controller";
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
TEST_P(CgroupTest, OutrunsAForkBombByTheFreezer) {
  if (!HasV1("freezer")) GTEST_SKIP() << "there is no freezer of v1";
  spec::Resources resources;
  resources.pids_limit = 200;
  Make(resources);
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

TEST_P(CgroupTest, FreezesAndThaws) {
  Make();
  signal(SIGTERM, [](int) { _exit(7); });  // inherited
  const pid_t child = Spawn(Sleep);
  signal(SIGTERM, SIG_DFL);
  EXPECT_EQ(IsFrozen(directories_).value(), false);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), true);
  // A handler does not run before the thaw.
  EXPECT_EQ(KillAll(directories_, SIGTERM), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), true);
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), 0);
  const absl::StatusOr<Directories> again =
      Create(hierarchies_, absl::StrCat("/", name_), "id", {}, Rootless::kNo);
  EXPECT_FALSE(again.ok());
  EXPECT_EQ(Thaw(directories_), absl::OkStatus());
  EXPECT_EQ(IsFrozen(directories_).value(), false);
  EXPECT_EQ(WEXITSTATUS(Reap(child)), 7);
}

// A process born in it would never run.
TEST_P(CgroupTest, RefusesAFrozenOneOfV2AtOnce) {
  Make();
  const host::CgroupDirectory* v2 = FindV2(directories_);
  if (v2 == nullptr) GTEST_SKIP() << "there is no cgroup v2";
  std::ofstream(v2->path + "/cgroup.freeze") << "1";
  const spec::Resources resources;
  Creation again({&hierarchies_, absl::StrCat("/", name_), "id", &resources});
  EXPECT_EQ(again.MakeUnified().message(),
            "container's cgroup unexpectedly frozen");
  std::ofstream(v2->path + "/cgroup.freeze") << "0";
}

TEST_P(CgroupTest, MakesThatOfV2First) {
  const spec::Resources resources;
  {
    Creation creation(
        {&hierarchies_, absl::StrCat("/", name_), "id", &resources});
    ASSERT_EQ(creation.MakeUnified(), absl::OkStatus());
    for (const host::CgroupDirectory& hierarchy : hierarchies_) {
      EXPECT_EQ(Exists(absl::StrCat(hierarchy.path, "/", name_)),
                hierarchy.controllers.empty())
          << hierarchy.path;
    }
  }
  for (const host::CgroupDirectory& hierarchy : hierarchies_) {
    EXPECT_FALSE(Exists(absl::StrCat(hierarchy.path, "/", name_)));
  }
}

TEST_P(CgroupTest, RefusesAFrozenOne) {
  Make();
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  const absl::StatusOr<Directories> again =
      Create(hierarchies_, absl::StrCat("/", name_), "id", {}, Rootless::kNo);
  EXPECT_EQ(again.status().message(), "container's cgroup unexpectedly frozen");
}

TEST_P(CgroupTest, KillsTheFrozen) {
  Make();
  const pid_t child = Spawn(Sleep);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGKILL);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

TEST_P(CgroupTest, RemovesWhatIsBelow) {
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

TEST_P(CgroupTest, NamesTheProcessThatKeepsIt) {
  Make();
  const pid_t child = Spawn(Sleep);
  // Each libc has words of its own for EBUSY.
  EXPECT_THAT(Remove({directories_[0]}).message(),
              AllOf(HasSubstr(": EBUSY ("),
                    HasSubstr(absl::StrCat(
                        "); 1 process(es) are still in it, one is ", child))));
}

// A process that has ended leaves its cgroup a little later.
TEST_P(CgroupTest, WaitsForTheDying) {
  for (int i = 0; i < 20; ++i) {
    Make();
    const pid_t child = Spawn(Sleep);
    kill(child, SIGKILL);
    EXPECT_EQ(Remove(directories_), absl::OkStatus());
    Reap(child);
  }
}

// v1 files first, v2's for a machine that has v2 alone.
std::string Either(const std::string& v1, const std::string& v2, bool has_v1) {
  return has_v1 ? v1 : v2;
}

TEST_P(CgroupTest, SetsAndChangesLimits) {
  if (!Has("memory") || !Has("cpu") || !Has("pids")) {
    GTEST_SKIP() << "a controller is missing: memory, cpu, pids";
  }
  spec::Resources resources;
  resources.memory = {.limit = 64 << 20, .reservation = 32 << 20};
  resources.cpu = {.shares = 512, .quota = 50000, .period = 100000};
  resources.pids_limit = 30;
  Make(resources);
  const bool memory_v1 = HasV1("memory");
  const bool cpu_v1 = HasV1("cpu");
  const std::string limit =
      Either("memory.limit_in_bytes", "memory.max", memory_v1);
  EXPECT_EQ(Read("memory", limit.c_str()), "67108864\n");
  EXPECT_EQ(Read("pids", "pids.max"), "30\n");
  EXPECT_EQ(cpu_v1 ? Read("cpu", "cpu.shares") : Read("cpu", "cpu.weight"),
            Either("512\n", "59\n", cpu_v1));
  spec::Resources changed;
  changed.memory.limit = 128 << 20;
  changed.cpu = {.quota = 10000, .period = 20000};
  changed.pids_limit = -1;
  EXPECT_EQ(Update(directories_, changed), absl::OkStatus());
  EXPECT_EQ(Read("memory", limit.c_str()), "134217728\n");
  EXPECT_EQ(Read("pids", "pids.max"), "max\n");
  EXPECT_EQ(cpu_v1 ? Read("cpu", "cpu.cfs_quota_us") : Read("cpu", "cpu.max"),
            Either("10000\n", "10000 20000\n", cpu_v1));
}

// The kernel holds limit <= memory and swap together at every moment.
TEST_P(CgroupTest, RaisesAndLowersMemoryAndSwap) {
  if (!HasV1("memory")) GTEST_SKIP() << "there is no memory controller of v1";
  const auto set = [](int64_t limit, int64_t swap) {
    spec::Resources resources;
    resources.memory = {.limit = limit << 20, .swap = swap << 20};
    return resources;
  };
  Make(set(64, 128));
  if (Read("memory", "memory.memsw.limit_in_bytes").empty()) {
    GTEST_SKIP() << "swap is not accounted for";
  }
  for (const auto& [limit, swap] :
       std::vector<std::pair<int64_t, int64_t>>{{256, 512}, {32, 64}}) {
    EXPECT_EQ(Update(directories_, set(limit, swap)), absl::OkStatus());
    EXPECT_EQ(Read("memory", "memory.limit_in_bytes"),
              absl::StrCat(limit << 20, "\n"));
    EXPECT_EQ(Read("memory", "memory.memsw.limit_in_bytes"),
              absl::StrCat(swap << 20, "\n"));
  }
  spec::Resources unlimited;
  unlimited.memory.limit = -1;
  EXPECT_EQ(Update(directories_, unlimited), absl::OkStatus());
  const absl::StatusOr<Stats> stats = GetStats(directories_);
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->memory.limit, ~uint64_t{0});
  EXPECT_EQ(stats->memory.swap_limit, ~uint64_t{0});
}

TEST_P(CgroupTest, NamesTheSettingThatFails) {
  Make();
  spec::Resources resources;
  resources.block_io.read_bps = {{4000, 4000, 5}};
  EXPECT_THAT(Update(directories_, resources).message(),
              HasSubstr("linux.resources.blockIO.throttleReadBpsDevice: "));
  resources = {};
  resources.hugepage_limits = {{"3MB", 5}};
  EXPECT_THAT(Update(directories_, resources).message(),
              HasSubstr("linux.resources.hugepageLimits: "));
}

constexpr spec::DeviceRule CharacterRule(uint32_t major, uint32_t minor) {
  return {.allow = true,
          .kind = spec::DeviceKind::kCharacter,
          .major = major,
          .minor = minor,
          .access = "rw"};
}

// The errno of opening a device in the cgroup; 0: it can be opened.
int CgroupTest::OpenInside(const char* path) {
  const pid_t child = Spawn([path] {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    _exit(fd >= 0 ? 0 : errno);
  });
  return WEXITSTATUS(Reap(child));
}

TEST_P(CgroupTest, AllowsTheDefaultDevices) {
  spec::Resources resources;
  resources.devices = {CharacterRule(10, 229)};
  Make(resources);
  if (HasV1("devices")) {
    EXPECT_EQ(Read("devices", "devices.list"),
              "c 10:229 rw\nc *:* m\nb *:* m\nc 1:3 rwm\nc 1:8 rwm\n"
              "c 1:7 rwm\nc 5:0 rwm\nc 1:5 rwm\nc 1:9 rwm\nc 136:* rwm\n"
              "c 5:2 rwm\nc 10:200 rwm\n");
  }
  EXPECT_EQ(OpenInside("/dev/null"), 0);
  EXPECT_EQ(OpenInside("/dev/kmsg"), EPERM);
}

TEST_P(CgroupTest, ReplacesRulesOnDevices) {
  spec::Resources resources;
  Make(resources);
  EXPECT_EQ(OpenInside("/dev/kmsg"), EPERM);
  // Nothing is said of devices: they stay as they are.
  EXPECT_EQ(Update(directories_, resources), absl::OkStatus());
  EXPECT_EQ(OpenInside("/dev/kmsg"), EPERM);
  resources.devices = {CharacterRule(1, 11)};
  EXPECT_EQ(Update(directories_, resources), absl::OkStatus());
  EXPECT_EQ(OpenInside("/dev/kmsg"), 0);
  EXPECT_EQ(OpenInside("/dev/null"), 0);
  resources.devices = {CharacterRule(10, 229)};
  EXPECT_EQ(Update(directories_, resources), absl::OkStatus());
  EXPECT_EQ(OpenInside("/dev/kmsg"), EPERM);
  resources.devices = {
      {.allow = true, .kind = spec::DeviceKind::kAny, .access = "rwm"}};
  EXPECT_EQ(Update(directories_, resources), absl::OkStatus());
  EXPECT_EQ(OpenInside("/dev/kmsg"), 0);
}

// A cgroup that is taken over keeps nothing of the one before.
TEST_P(CgroupTest, ReplacesTheRulesOfACgroupThatIsThere) {
  Make();
  spec::Resources resources;
  resources.devices = {CharacterRule(1, 11)};
  Make(resources);
  EXPECT_EQ(OpenInside("/dev/kmsg"), 0);
}

TEST_P(CgroupTest, InheritsTheCpuset) {
  if (!HasV1("cpuset")) GTEST_SKIP() << "there is no cpuset controller of v1";
  const std::string all =
      ReadFile(FindV1(hierarchies_, "cpuset")->path + "/cpuset.cpus");
  Make();
  EXPECT_EQ(Read("cpuset", "cpuset.cpus"), all);
  const absl::StatusOr<Directories> nested = Create(
      hierarchies_, absl::StrCat("/", name_, "/a/b"), "id", {}, Rootless::kNo);
  ASSERT_TRUE(nested.ok()) << nested.status();
  EXPECT_EQ(ReadFile(FindV1(*nested, "cpuset")->path + "/cpuset.cpus"), all);
}

TEST_P(CgroupTest, TakesTheCpusThatAreAskedFor) {
  if (!HasV1("cpuset")) GTEST_SKIP() << "there is no cpuset controller of v1";
  spec::Resources resources;
  resources.cpu.cpus = "0";
  Make(resources);
  EXPECT_EQ(Read("cpuset", "cpuset.cpus"), "0\n");
  EXPECT_EQ(Read("cpuset", "cpuset.mems"),
            ReadFile(FindV1(hierarchies_, "cpuset")->path + "/cpuset.mems"));
}

TEST_P(CgroupTest, CountsWhatABusyChildUses) {
  if (!Has("memory") || !Has("pids")) {
    GTEST_SKIP() << "a controller is missing: memory, pids";
  }
  spec::Resources resources;
  resources.pids_limit = 30;
  resources.memory.limit = 64 << 20;
  Make(resources);
  const pid_t child = Spawn([] {
    UseMemory(8 << 20);
    for (volatile int i = 0;; i = i + 1) {
    }
  });
  // An emulated machine takes its time.
  constexpr uint64_t kCpuTime = 50'000'000;
  constexpr uint64_t kMemory = 8 << 20;
  absl::StatusOr<Stats> stats = GetStats(directories_);
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(stats.ok()) << stats.status();
    if (stats->cpu.total >= kCpuTime && stats->memory.usage >= kMemory) break;
    usleep(10'000);
    stats = GetStats(directories_);
  }
  EXPECT_GE(stats->cpu.total, kCpuTime);
  EXPECT_GE(stats->memory.usage, kMemory);
  EXPECT_EQ(stats->memory.limit, 64U << 20);
  // Linux 5.19, in v2.
  if (stats->memory.max_usage) {
    EXPECT_GE(*stats->memory.max_usage, kMemory);
  }
  EXPECT_FALSE(stats->memory.raw.empty());
  EXPECT_EQ(stats->pids, 1U);
  EXPECT_EQ(stats->pids_limit, 30U);
  kill(child, SIGKILL);
  Reap(child);
}

TEST_P(CgroupTest, CountsOomKills) {
  if (!Has("memory")) {
    GTEST_SKIP() << "a controller is missing: memory";
  }
  spec::Resources resources;
  resources.memory = {.limit = 16 << 20, .swap = 16 << 20};
  absl::StatusOr<Directories> made = Create(
      hierarchies_, absl::StrCat("/", name_), "id", resources, Rootless::kNo);
  if (!made.ok()) {
    resources.memory.swap = {};
    made = Create(hierarchies_, absl::StrCat("/", name_), "id", resources,
                  Rootless::kNo);
  }
  ASSERT_TRUE(made.ok()) << made.status();
  directories_ = *made;
  EXPECT_EQ(OomKills(directories_).value(), 0U);
  const pid_t child = Spawn([] { UseMemory(128 << 20); });
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGKILL);
  EXPECT_EQ(OomKills(directories_).value(), 1U);
  EXPECT_EQ(GetStats(directories_)->memory.oom_kills, 1U);
}

// Of cgroups that are not there.
TEST_P(CgroupTest, HasNothingInWhatHasGone) {
  Make();
  const Directories gone = directories_;
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
  EXPECT_THAT(Processes(gone).value(), IsEmpty());
  EXPECT_EQ(IsFrozen(gone).value(), false);
  EXPECT_EQ(Thaw(gone), absl::OkStatus());
  EXPECT_EQ(KillAll(gone, SIGKILL), absl::OkStatus());
  EXPECT_EQ(KillAll(gone, SIGTERM), absl::OkStatus());
  EXPECT_EQ(OomKills(gone).value(), 0U);
  EXPECT_TRUE(GetStats(gone).ok());
  EXPECT_FALSE(Freeze(gone).ok());
  spec::Resources resources;
  resources.unified = {{"cgroup.max.depth", "5"}};
  EXPECT_FALSE(Update(gone, resources).ok());
}

// A container that rules over its own cgroups can freeze one below, in which
// nothing dies, v1's at least.
TEST_P(CgroupTest, KillsWhatIsFrozenBelow) {
  Make();
  const Directories top = directories_;
  for (host::CgroupDirectory& directory : directories_) {
    directory.path += "/below";
    directory.inode = 0;
    ASSERT_EQ(mkdir(directory.path.c_str(), 0755), 0);
    if (!HasController(directory.controllers, "cpuset")) continue;
    for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
      std::ofstream(directory.path + file)
          << ReadFile(FindV1(top, "cpuset")->path + file);
    }
  }
  const pid_t child = Spawn(Sleep);
  EXPECT_EQ(Freeze(directories_), absl::OkStatus());
  directories_ = top;
  EXPECT_EQ(KillAll(directories_, SIGKILL), absl::OkStatus());
  EXPECT_EQ(WTERMSIG(Reap(child)), SIGKILL);
}

// Deeper than descriptors or PATH_MAX go.
TEST_P(CgroupTest, RemovesTheDeep) {
  Make();
  const std::string name(100, 'x');
  const int old = open(".", O_PATH | O_CLOEXEC);
  ASSERT_EQ(chdir(directories_[0].path.c_str()), 0);
  int depth = 0;
  while (depth < 200 && mkdir(name.c_str(), 0755) == 0 &&
         chdir(name.c_str()) == 0) {
    ++depth;
  }
  ASSERT_EQ(fchdir(old), 0);
  close(old);
  EXPECT_EQ(depth, 200);
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

// Below the caller's own cgroup in v1, beside it in v2.
TEST_P(CgroupTest, TakesRelativePaths) {
  absl::StatusOr<Directories> made =
      Create(hierarchies_, "", name_, {}, Rootless::kNo);
  ASSERT_TRUE(made.ok()) << made.status();
  directories_ = *made;
  ASSERT_EQ(made->size(), hierarchies_.size());
  for (size_t i = 0; i < made->size(); ++i) {
    std::string own = hierarchies_[i].own;
    if (made->at(i).controllers.empty()) own.resize(own.rfind('/') + 1);
    if (own == "/") own.clear();
    EXPECT_EQ(made->at(i).path,
              absl::StrCat(hierarchies_[i].path, own, "/", name_));
    EXPECT_TRUE(Exists(made->at(i).path));
  }
  EXPECT_EQ(Remove(directories_), absl::OkStatus());
}

// What an ordinary user gets: the hierarchies are root's.
TEST_P(CgroupTest, PassesOverWhatIsForbidden) {
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(1);
    spec::Resources resources;
    resources.devices = {{}};
    const std::string path = absl::StrCat("/", name_);
    const absl::StatusOr<Directories> made =
        Create(hierarchies_, path, "id", resources, Rootless::kYes);
    if (!made.ok() || !made->empty()) _exit(2);
    resources.unified = {{"memory.max", "5"}};
    const absl::StatusOr<Directories> limited =
        Create(hierarchies_, path, "id", resources, Rootless::kYes);
    _exit(absl::StartsWith(limited.status().message(),
                           "linux.resources.unified.memory.max: mkdirat \"")
              ? 0
              : 3);
  }
  if (FindV2(hierarchies_) == nullptr) GTEST_SKIP() << "there is no v2";
  EXPECT_EQ(WEXITSTATUS(WaitFor(child)), 0);
}

// A controller that v1 does not have is v2's to use, on a hybrid host, too.
TEST_P(CgroupTest, PassesControllersOn) {
  if (HasV1("hugetlb") || !Has("hugetlb")) {
    GTEST_SKIP() << "v2 has no hugetlb controller";
  }
  spec::Resources resources;
  resources.hugepage_limits = {{"2MB", 4 << 20}};
  absl::StatusOr<Directories> made =
      Create(hierarchies_, absl::StrCat("/", name_, "/a"), "id", resources,
             Rootless::kNo);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(ReadFile(FindV2(*made)->path + "/hugetlb.2MB.max"), "4194304\n");
  const absl::StatusOr<Stats> stats = GetStats(*made);
  ASSERT_TRUE(stats.ok()) << stats.status();
  ASSERT_FALSE(stats->hugepages.empty());
  EXPECT_EQ(Remove(*made), absl::OkStatus());
  for (host::CgroupDirectory& directory : *made) {
    directory.path.resize(directory.path.size() - 2);
  }
  EXPECT_EQ(Remove(*made), absl::OkStatus());
}

INSTANTIATE_TEST_SUITE_P(Hierarchies, CgroupTest,
                         testing::Values(Which::kAll, Which::kV2Alone),
                         [](const testing::TestParamInfo<Which>& info) {
                           return info.param == Which::kAll ? "All" : "V2Alone";
                         });

}  // namespace
}  // namespace chmdocker::cgroups
