#include "runtime/launch/pid_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace chmdocker::launch {
namespace {

class PidFileTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = absl::StrCat(testing::TempDir(), "/pid-XXXXXX");
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = absl::StrCat(directory_, "/init.pid");
  }
  void TearDown() override {
    unlink(path_.c_str());
    EXPECT_EQ(rmdir(directory_.c_str()), 0) << "something was left behind";
  }

  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::string directory_;
  std::string path_;
};

TEST_F(PidFileTest, HoldsTheNumberAndNothingElse) {
  ASSERT_EQ(WritePidFile(path_, 4321), absl::OkStatus());
  EXPECT_EQ(Content(path_), "4321");
}

TEST_F(PidFileTest, ReplacesTheFileInsteadOfRewritingIt) {
  ASSERT_EQ(WritePidFile(path_, 123456), absl::OkStatus());
  std::ifstream reader(path_);
  ASSERT_EQ(WritePidFile(path_, 7), absl::OkStatus());
  EXPECT_EQ(Content(path_), "7");
  // Who has the old file open reads the old number, whole.
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "123456");
}

TEST_F(PidFileTest, DoesNotFollowAPlantedLink) {
  const std::string victim = absl::StrCat(directory_, "/victim");
  const std::string planted = absl::StrCat(directory_, "/.init.pid.new");
  std::ofstream(victim) << "kept";
  ASSERT_EQ(symlink(victim.c_str(), planted.c_str()), 0);
  ASSERT_EQ(WritePidFile(path_, 7), absl::OkStatus());
  EXPECT_EQ(Content(victim), "kept");
  EXPECT_EQ(Content(path_), "7");
  unlink(victim.c_str());
}

TEST_F(PidFileTest, NamesThePathThatCannotBeWritten) {
  const absl::Status status =
      WritePidFile(absl::StrCat(directory_, "/none/init.pid"), 7);
  EXPECT_TRUE(absl::StrContains(status.message(), "openat \"")) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "ENOENT")) << status;
}

TEST_F(PidFileTest, LeavesNothingWhenTheRenameFails) {
  ASSERT_EQ(mkdir(path_.c_str(), 0755), 0);
  const absl::Status status = WritePidFile(path_, 7);
  EXPECT_TRUE(absl::StrContains(status.message(), "renameat2")) << status;
  rmdir(path_.c_str());
}

}  // namespace
}  // namespace chmdocker::launch
