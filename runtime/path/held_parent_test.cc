// Which directory is held, and when it is opened anew.
#include "runtime/path/held_parent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::path {
namespace {

namespace fs = std::filesystem;

class HeldParentTest : public ::testing::Test {
 protected:
  HeldParentTest() {
    std::string name = absl::StrCat(::testing::TempDir(), "/held.XXXXXX");
    base_ = mkdtemp(name.data());
    fs::create_directories(base_ / "a/b");
    fs::create_directory(base_ / "c");
    root_.reset(open(base_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  ~HeldParentTest() override { fs::remove_all(base_); }

  // The directory's path below the root, "errno N", and the name after it.
  std::string Open(const char* path) {
    const char* name = nullptr;
    const raw::Result opened = held_.Open(root_.get(), path, &name);
    if (!opened.ok()) return absl::StrCat("errno ", opened.error());
    const std::string found =
        fs::read_symlink(absl::StrCat("/proc/self/fd/", opened.fd()));
    return absl::StrCat(found.substr(fs::canonical(base_).string().size()), ":",
                        name);
  }

  fs::path base_;
  UniqueFd root_;
  HeldParent held_;
};

TEST_F(HeldParentTest, OpensWhatHoldsTheLastComponent) {
  EXPECT_EQ(Open("/a/x"), "/a:x");
  EXPECT_EQ(Open("/a/b/x"), "/a/b:x");
  EXPECT_EQ(Open("c/y"), "/c:y");
  EXPECT_EQ(Open("/x"), ":x");
  EXPECT_EQ(Open("x"), ":x");
}

TEST_F(HeldParentTest, KeepsItUntilItIsToldToForget) {
  EXPECT_EQ(Open("/a/x"), "/a:x");
  // As a mount would: another directory of that name.
  fs::rename(base_ / "a", base_ / "moved");
  fs::create_directory(base_ / "a");
  EXPECT_EQ(Open("/a/y"), "/moved:y");
  held_.Forget();
  EXPECT_EQ(Open("/a/y"), "/a:y");
}

TEST_F(HeldParentTest, HoldsOneAtATime) {
  EXPECT_EQ(Open("/a/x"), "/a:x");
  EXPECT_EQ(Open("/c/x"), "/c:x");
  fs::rename(base_ / "a", base_ / "moved");
  EXPECT_EQ(Open("/a/y"), "errno 2");
  EXPECT_EQ(Open("/c/y"), "/c:y");
}

TEST_F(HeldParentTest, NeitherHoldsNorMixesUpLongPaths) {
  std::string longer = "/a";
  while (longer.size() < 300) absl::StrAppend(&longer, "/.");
  EXPECT_EQ(Open(absl::StrCat(longer, "/x").c_str()), "/a:x");
  EXPECT_EQ(Open("x"), ":x");
  EXPECT_EQ(Open("/c/x"), "/c:x");
}

TEST_F(HeldParentTest, StaysBelowTheRoot) {
  fs::create_symlink("/../../..", base_ / "up");
  EXPECT_EQ(Open("/up/x"), ":x");
}

TEST_F(HeldParentTest, RefusesWhatHasNoName) {
  for (const char* path : {"", "/", "/a/", "/a/.", ".."}) {
    EXPECT_EQ(Open(path), absl::StrCat("errno ", EINVAL)) << path;
  }
}

}  // namespace
}  // namespace chmdocker::path
