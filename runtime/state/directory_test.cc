#include "runtime/state/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/status.h"
#include "runtime/state/record.h"

namespace chmdocker::state {
namespace {

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    base_ = absl::StrCat(testing::TempDir(), "/state.XXXXXX");
    if (mkdtemp(base_.data()) == nullptr) abort();
    root_ = base_ + "/a/root";
  }
  ~DirectoryTest() override {
    (void)!system(absl::StrCat("rm -rf ", base_).c_str());
  }

  mode_t ModeOf(const std::string& path) {
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  bool Exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
  }
  static Record Named(const std::string& id, const std::string& bundle = "") {
    Record record;
    record.id = id;
    record.phase = Phase::kCreated;
    record.bundle = bundle;
    return record;
  }
  void Write(const std::string& path, absl::string_view text) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ASSERT_GE(fd, 0) << path;
    ASSERT_EQ(write(fd, text.data(), text.size()), ssize_t(text.size()));
    close(fd);
  }

  std::string base_;
  std::string root_;
};

TEST(CheckId, WhatMayBeAnId) {
  for (const char* id : {"a", "A-b_c+d.e", "0", "-x", "...", ".hidden"}) {
    EXPECT_TRUE(CheckId(id).ok()) << id;
  }
  for (const char* id : {"", ".", "..", "a/b", "a b", "a\n", "ä", "a:b", "*"}) {
    EXPECT_FALSE(CheckId(id).ok()) << id;
  }
  EXPECT_TRUE(CheckId(std::string(255, 'x')).ok());
  EXPECT_FALSE(CheckId(std::string(256, 'x')).ok());
  EXPECT_FALSE(CheckId(absl::string_view("a\0b", 3)).ok());
  EXPECT_EQ(CheckId("a b").message(),
            "container id \"a b\": wants letters, digits and any of _+.-");
}

TEST(DefaultRoot, OfRootAndOfOthers) {
  EXPECT_EQ(DefaultRoot(false, "/run/user/0"), "/run/chmdocker");
  EXPECT_EQ(DefaultRoot(true, "/run/user/1000"), "/run/user/1000/chmdocker");
  EXPECT_EQ(DefaultRoot(true, ""), "/run/chmdocker");
}

TEST_F(DirectoryTest, LivesAndIsRemoved) {
  {
    absl::StatusOr<Directory> made = Directory::Create(root_, "x");
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->path(), root_ + "/x");
    EXPECT_EQ(*made->LoadConfig(), "");
    ASSERT_TRUE(made->SaveConfig("{}").ok());
    ASSERT_TRUE(made->Save(Named("x", "/b")).ok());
    ASSERT_TRUE(made->Save(Named("x", "/c")).ok());
  }
  EXPECT_EQ(ModeOf(root_), 0700u);
  EXPECT_EQ(ModeOf(root_ + "/x"), 0700u);
  EXPECT_EQ(ModeOf(root_ + "/x/state.json"), 0600u);
  EXPECT_EQ(Peek(root_, "x")->bundle, "/c");
  absl::StatusOr<Directory> opened = Directory::Open(root_, "x");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened->LoadConfig(), "{}");
  EXPECT_EQ(opened->Load()->bundle, "/c");
  EXPECT_TRUE(opened->Remove().ok());
  EXPECT_FALSE(Exists(root_ + "/x"));
  EXPECT_TRUE(opened->Remove().ok());
  EXPECT_EQ(Directory::Open(root_, "x").status().message(),
            "container \"x\" does not exist");
}

TEST_F(DirectoryTest, WhatDoesNotExist) {
  for (const absl::Status& status :
       {Directory::Open(root_, "x").status(), Peek(root_, "x").status()}) {
    EXPECT_TRUE(absl::IsNotFound(status));
    EXPECT_EQ(status.message(), "container \"x\" does not exist");
  }
  EXPECT_TRUE(ListIds(root_)->empty());
  EXPECT_FALSE(Exists(root_));
  EXPECT_TRUE(absl::IsInvalidArgument(Directory::Open(root_, "../a").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Directory::Create(root_, "").status()));
  EXPECT_FALSE(Exists(root_));
}

TEST_F(DirectoryTest, ASecondCreateIsRefused) {
  absl::StatusOr<Directory> first = Directory::Create(root_, "x");
  ASSERT_TRUE(first->Save(Named("x")).ok());
  // The first one's lock is not waited for.
  const absl::Status second = Directory::Create(root_, "x").status();
  EXPECT_TRUE(absl::IsAlreadyExists(second));
  EXPECT_EQ(second.message(), "container with given ID already exists: \"x\"");
}

TEST_F(DirectoryTest, AKilledCreateCanBeLoadedAndRemoved) {
  ASSERT_TRUE(Directory::Create(root_, "x").ok());
  absl::StatusOr<Directory> left = Directory::Open(root_, "x");
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_EQ(left->Load()->phase, Phase::kCreating);
  EXPECT_EQ(left->Load()->id, "x");
  EXPECT_EQ(Peek(root_, "x")->id, "x");
  EXPECT_TRUE(left->Remove().ok());
}

TEST_F(DirectoryTest, LeftoversAreTakenOverEmpty) {
  ASSERT_TRUE(Directory::Create(root_, "x")->SaveConfig("old").ok());
  Write(root_ + "/x/state.json.new", "{");
  const absl::StatusOr<Directory> made = Directory::Create(root_, "x");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made->LoadConfig(), "");
  EXPECT_FALSE(Exists(root_ + "/x/state.json.new"));
}

TEST_F(DirectoryTest, ACorruptRecordIsNamedAndRemovable) {
  ASSERT_TRUE(Directory::Create(root_, "x")->Save(Named("x")).ok());
  for (const char* text : {"", "{", "[]", "{\"format\":1}", "\xff"}) {
    Write(root_ + "/x/state.json", text);
    absl::StatusOr<Directory> opened = Directory::Open(root_, "x");
    const absl::Status status = opened->Load().status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << text;
    EXPECT_NE(status.message().find(root_ + "/x/state.json"),
              absl::string_view::npos);
    EXPECT_NE(status.message().find("delete --force x"),
              absl::string_view::npos);
    EXPECT_EQ(Peek(root_, "x").status().message(), status.message());
  }
  EXPECT_TRUE(Directory::Open(root_, "x")->Remove().ok());
}

TEST_F(DirectoryTest, AnotherContainersRecordIsRefused) {
  absl::StatusOr<Directory> made = Directory::Create(root_, "x");
  ASSERT_TRUE(made->Save(Named("y")).ok());
  EXPECT_TRUE(absl::IsDataLoss(made->Load().status()));
}

TEST_F(DirectoryTest, RootsOfOthersAreRefused) {
  ASSERT_EQ(system(absl::StrCat("mkdir -p ", root_).c_str()), 0);
  for (const mode_t mode : {0777, 0720, 01702}) {
    chmod(root_.c_str(), mode);
    EXPECT_TRUE(
        absl::IsFailedPrecondition(Directory::Create(root_, "x").status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(Peek(root_, "x").status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(ListIds(root_).status()));
  }
  chmod(root_.c_str(), 0755);
  EXPECT_TRUE(Directory::Create(root_, "x").ok());
}

TEST_F(DirectoryTest, RootsOfAnotherUserAreRefused) {
  ASSERT_TRUE(Directory::Create(root_, "x").ok());
  if (chown(root_.c_str(), 1, 1) != 0) {
    GTEST_SKIP() << "needs CAP_CHOWN and a second user";
  }
  EXPECT_NE(
      Directory::Open(root_, "x").status().message().find("belongs to user 1"),
      absl::string_view::npos);
}

TEST_F(DirectoryTest, LinksAreNotFollowed) {
  const std::string other = base_ + "/other";
  ASSERT_EQ(mkdir(other.c_str(), 0700), 0);
  ASSERT_EQ(mkdir((base_ + "/a").c_str(), 0700), 0);
  ASSERT_EQ(symlink(other.c_str(), root_.c_str()), 0);
  EXPECT_FALSE(Directory::Create(root_, "x").ok());
  EXPECT_FALSE(Exists(other + "/x"));
  ASSERT_EQ(unlink(root_.c_str()), 0);
  ASSERT_TRUE(Directory::Create(root_, "y").ok());
  ASSERT_EQ(symlink(other.c_str(), (root_ + "/x").c_str()), 0);
  EXPECT_FALSE(Directory::Create(root_, "x").ok());
  EXPECT_FALSE(Directory::Open(root_, "x").ok());
  EXPECT_EQ(*ListIds(root_), std::vector<std::string>{"y"});
  Write(other + "/secret", "secret");
  ASSERT_EQ(
      symlink((other + "/secret").c_str(), (root_ + "/y/config.json").c_str()),
      0);
  EXPECT_FALSE(Directory::Open(root_, "y")->LoadConfig().ok());
  // A link on the way to the root is as good as a directory: /var/run.
  ASSERT_EQ(symlink("a", (base_ + "/b").c_str()), 0);
  EXPECT_TRUE(Directory::Open(base_ + "/b/root", "y").ok());
}

TEST_F(DirectoryTest, RelativeRootsAreRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(ListIds("a/b").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ListIds("/").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ListIds("").status()));
}

TEST_F(DirectoryTest, AThousandIds) {
  std::vector<std::string> ids;
  for (int i = 1000; i < 2000; ++i) {
    ids.push_back(absl::StrCat("c", i, std::string(200, 'x')));
    ASSERT_TRUE(Directory::Create(root_, ids.back()).ok());
  }
  Write(root_ + "/file", "");
  EXPECT_EQ(*ListIds(root_), ids);
}

// The writer and the reader never meet: a rename is atomic.
TEST_F(DirectoryTest, APeekSeesTheOldOrTheNew) {
  absl::StatusOr<Directory> made = Directory::Create(root_, "x");
  const Record long_one = Named("x", std::string(200000, 'b'));
  ASSERT_TRUE(made->Save(long_one).ok());
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      (void)made->Save(i % 2 == 0 ? Named("x") : long_one);
    }
    done = true;
  });
  while (!done) {
    const absl::StatusOr<Record> record = Peek(root_, "x");
    EXPECT_TRUE(record.ok()) << record.status();
  }
  writer.join();
}

TEST_F(DirectoryTest, AKilledSaveLeavesTheOldOrTheNew) {
  ASSERT_TRUE(Directory::Create(root_, "x")->Save(Named("x")).ok());
  for (int i = 0; i < 40; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      absl::StatusOr<Directory> opened = Directory::Open(root_, "x");
      for (;;) (void)opened->Save(Named("x", std::string(100000, 'b')));
    }
    usleep(static_cast<useconds_t>(i) * 97);
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    const absl::StatusOr<Record> record = Directory::Open(root_, "x")->Load();
    EXPECT_TRUE(record.ok()) << record.status();
  }
}

TEST_F(DirectoryTest, CreatesAndRemovesOfOneIdDoNotMix) {
  std::atomic<int> inside = 0, made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        absl::StatusOr<Directory> directory = Directory::Create(root_, "x");
        if (directory.ok()) {
          ++made;
        } else if (absl::IsAlreadyExists(directory.status())) {
          directory = Directory::Open(root_, "x");
        }
        if (!directory.ok()) {
          EXPECT_TRUE(absl::IsNotFound(directory.status()))
              << directory.status();
          continue;
        }
        EXPECT_EQ(++inside, 1);
        EXPECT_TRUE(directory->Save(Named("x")).ok());
        EXPECT_TRUE(directory->Load().ok());
        --inside;  // before Remove, behind which the name is free
        if (round % 2 == 0) EXPECT_TRUE(directory->Remove().ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(made, 1);
}

TEST_F(DirectoryTest, UnlockLetsOthersIn) {
  absl::StatusOr<Directory> mine = Directory::Create(root_, "x");
  ASSERT_TRUE(mine->Save(Named("x")).ok());
  mine->Unlock();
  {
    absl::StatusOr<Directory> other = Directory::Open(root_, "x");
    ASSERT_TRUE(other.ok());
  }
  EXPECT_TRUE(mine->Lock().ok());
  mine->Unlock();
  ASSERT_TRUE(Directory::Open(root_, "x")->Remove().ok());
  EXPECT_TRUE(absl::IsNotFound(mine->Lock()));
  // Of the same name, and another container's.
  ASSERT_TRUE(Directory::Create(root_, "x")->Save(Named("x")).ok());
  EXPECT_TRUE(mine->Remove().ok());
  EXPECT_TRUE(Peek(root_, "x").ok());
}

TEST_F(DirectoryTest, AFullDiskKeepsTheOldRecord) {
  ASSERT_TRUE(Directory::Create(root_, "x").ok());
  if (mount("none", root_.c_str(), "tmpfs", 0, "size=64k,mode=700") != 0) {
    GTEST_SKIP() << "needs CAP_SYS_ADMIN to mount a small file system";
  }
  {
    absl::StatusOr<Directory> made = Directory::Create(root_, "x");
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_TRUE(made->Save(Named("x", "/old")).ok());
    const absl::Status full = made->Save(Named("x", std::string(100000, 'b')));
    EXPECT_EQ(ErrnoOf(full), ENOSPC);
    EXPECT_EQ(full.message(),
              absl::StrCat("write \"", root_,
                           "/x/state.json.new\": ENOSPC (no space left on "
                           "device)"));
    EXPECT_EQ(made->Load()->bundle, "/old");
    EXPECT_TRUE(made->Save(Named("x", "/new")).ok());
    EXPECT_TRUE(made->Remove().ok());
  }
  EXPECT_EQ(umount(root_.c_str()), 0);
}

}  // namespace
}  // namespace chmdocker::state
