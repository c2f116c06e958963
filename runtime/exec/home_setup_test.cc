// On the kernel, each in a child with a root directory of its own.
#include "runtime/exec/home_setup.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "testing/child/in_child.h"

namespace chmdocker::exec {
namespace {

using Fields = const char*;

// Run, by a name that a fixture does not have for itself.
template <class Step, class... More>
raw::Result Do(const Step& step, More&&... more) {
  return Run(step, more...);
}

class FindHome : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    root_ = ::testing::TempDir() + "/home_XXXXXX";
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    ASSERT_EQ(mkdir((root_ + "/etc").c_str(), 0755), 0);
  }

  std::string Home(uint32_t uid) {
    return InChild([&] {
      if (chroot(root_.c_str()) != 0) return std::string("no chroot");
      exec::Home home;
      (void)Do(step::FindHome<Fields>{uid}, home);
      const char* environment[] = {"A=1", "HOME=", "B=2", nullptr};
      FillHome(environment, home);
      return std::string(environment[1]);
    });
  }
  void Passwd(const std::string& text) {
    std::ofstream(root_ + "/etc/passwd") << text;
  }

  std::string root_;
};

TEST_F(FindHome, GoesByTheNumber) {
  Passwd(
      "root:x:0:0::/root:/bin/sh\n"
      "1000:x:7:7::/wrong:/bin/sh\n"
      "me:x:1000:1000:Me,,:/home/me:/bin/sh\n"
      "again:x:1000:1000::/second:/bin/sh\n"
      "last:x:12:12::/last");
  EXPECT_EQ(Home(0), "HOME=/root");
  EXPECT_EQ(Home(1000), "HOME=/home/me");
  EXPECT_EQ(Home(12), "HOME=/last");
  EXPECT_EQ(Home(13), "HOME=/");
}

TEST_F(FindHome, PassesDamagedLinesOver) {
  Passwd(
      "\n:::\na:x:4294967296:0::/a:/\nb:x:00x:0::/b:/\nc:x:5:0::relative:/\n" +
      std::string(10000, 'x') + ":x:5:0::/long:/\nd:x:5:0::/d:/\n");
  EXPECT_EQ(Home(5), "HOME=/d");
  EXPECT_EQ(Home(0), "HOME=/");
}

TEST_F(FindHome, CutsNothingOff) {
  Passwd("a:x:5:0::/" + std::string(2000, 'h') + ":/\n");
  EXPECT_EQ(Home(5), "HOME=/");
}

// CVE-2024-9676: does not wait for a writer.
TEST_F(FindHome, ReadsRegularFilesOnly) {
  EXPECT_EQ(Home(0), "HOME=/") << "there is none";
  ASSERT_EQ(mkfifo((root_ + "/etc/passwd").c_str(), 0644), 0);
  EXPECT_EQ(Home(0), "HOME=/");
}

TEST(FillHome, LeavesOthersAlone) {
  const char* environment[] = {"HOME=/mine", "HOMES=", nullptr};
  exec::Home home;
  home.Append("HOME=/x").Append("", 1);
  FillHome(environment, home);
  EXPECT_STREQ(environment[0], "HOME=/mine");
  EXPECT_STREQ(environment[1], "HOMES=");
}

}  // namespace
}  // namespace chmdocker::exec
