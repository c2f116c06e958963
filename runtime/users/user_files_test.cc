#include "runtime/users/user_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::users {
namespace {

class UserFilesTest : public ::testing::Test {
 protected:
  UserFilesTest() {
    char name[] = "/tmp/users.XXXXXX";
    top_ = mkdtemp(name);
    mkdir(In("root").c_str(), 0755);
    mkdir(In("root/etc").c_str(), 0755);
    Write("passwd", "outside");
  }
  ~UserFilesTest() override {
    for (const char* path :
         {"root/etc/passwd", "root/etc/group", "root/real", "passwd"}) {
      unlink(In(path).c_str());
    }
    for (const char* path : {"root/etc", "root", ""}) rmdir(In(path).c_str());
  }

  std::string In(absl::string_view path) const {
    return absl::StrCat(top_, "/", path);
  }
  void Write(absl::string_view path, absl::string_view text) const {
    std::ofstream(In(path)) << text;
  }
  absl::StatusOr<UserFiles> Read() const {
    const UniqueFd root(open(In("root").c_str(), O_PATH | O_CLOEXEC));
    return ReadUserFiles(root.get());
  }

  std::string top_;
};

TEST_F(UserFilesTest, AreReadWhereTheyAre) {
  Write("root/etc/passwd", "p\n");
  const absl::StatusOr<UserFiles> files = Read();
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->passwd, "p\n");
  EXPECT_EQ(files->group, "");
}

TEST_F(UserFilesTest, AreLookedUpInTheRoot) {
  Write("root/real", "inside");
  symlink("/real", In("root/etc/passwd").c_str());
  symlink("../../passwd", In("root/etc/group").c_str());
  const absl::StatusOr<UserFiles> files = Read();
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->passwd, "inside");
  EXPECT_EQ(files->group, "");
}

TEST_F(UserFilesTest, APipeIsNotWaitedFor) {
  mkfifo(In("root/etc/passwd").c_str(), 0666);
  EXPECT_EQ(Read().status().message(),
            "\"/etc/passwd\": is not a regular file");
}

TEST_F(UserFilesTest, HaveALimit) {
  Write("root/etc/passwd", "");
  ASSERT_EQ(truncate(In("root/etc/passwd").c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(Read().status().message(),
            "\"/etc/passwd\": is larger than 16777216 bytes");
}

}  // namespace
}  // namespace chmdocker::users
