// Runs in an image by chmdocker_test, and looks at what it has there.
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace {

using ::testing::IsEmpty;
using ::testing::StrEq;

constexpr char kData[] = "testing/rules/data.txt";

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The error of opening a file for writing, or 0; it is made if it may be.
int ErrorOfWriting(const std::string& path) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  close(file);
  return 0;
}

TEST(InsideTest, IsInTheImage) {
  EXPECT_EQ(getpid(), 1);
  EXPECT_EQ(access("/bin/probe", X_OK), 0);
  EXPECT_EQ(access("/usr", F_OK), -1) << "of the host";
  EXPECT_THAT(Env("OF_IMAGE"), StrEq("yes"));
}

TEST(InsideTest, HasDataAtItsRunfilesPath) {
  const std::string path =
      Env("TEST_SRCDIR") + "/" + Env("TEST_WORKSPACE") + "/" + kData;
  EXPECT_THAT(Read(path), StrEq("what the test reads\n"));
  EXPECT_THAT(Read(kData), StrEq("what the test reads\n"))
      << "from the directory where tests start";
  EXPECT_EQ(Env("RUNFILES_DIR"), Env("TEST_SRCDIR"));
  EXPECT_THAT(Env("DATA"), StrEq(kData));
}

TEST(InsideTest, HasDirectoriesAsData) {
  EXPECT_THAT(Read("testing/rules/image/oci-layout"),
              StrEq("{\"imageLayoutVersion\":\"1.0.0\"}"));
}

TEST(InsideTest, CannotChangeData) {
  EXPECT_EQ(ErrorOfWriting(kData), EROFS);
  EXPECT_EQ(ErrorOfWriting("testing/rules/image/more"), EROFS);
}

TEST(InsideTest, HasNoNetwork) {
  struct if_nameindex* const all = if_nameindex();
  ASSERT_NE(all, nullptr);
  ASSERT_NE(all[0].if_name, nullptr);
  EXPECT_THAT(all[0].if_name, StrEq("lo"));
  EXPECT_EQ(all[1].if_name, nullptr);
  if_freenameindex(all);
}

TEST(InsideTest, HasDirectoriesToWriteTo) {
  for (const std::string& directory :
       {Env("TEST_TMPDIR"), Env("TEST_UNDECLARED_OUTPUTS_DIR"),
        std::string("/scratch"), std::string("/bin")}) {
    EXPECT_EQ(ErrorOfWriting(directory + "/made_inside"), 0) << directory;
  }
}

// What may differ from host to host would make the test do so, too.
TEST(InsideTest, HasNothingOfTheCallersEnvironment) {
  EXPECT_THAT(Env("HOME"), StrEq("/root"));
  for (const char* name : {"USER", "LANG", "LC_ALL", "SHLVL", "PWD",
                           "TEST_BINARY", "RUNFILES_MANIFEST_FILE"}) {
    EXPECT_THAT(Env(name), IsEmpty()) << name;
  }
}

TEST(InsideTest, GetsItsArguments) {
  EXPECT_EQ(GTEST_FLAG_GET(random_seed), 7) << "of attribute args";
}

}  // namespace
