#include "runtime/base/errno_name.h"

#include <cerrno>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(ErrnoName, NamesKnownNumbers) {
  EXPECT_EQ(ErrnoName(ENOENT), "ENOENT");
  EXPECT_EQ(ErrnoName(EPERM), "EPERM");
}

// 41 and 58 are numbers that Linux leaves out.
TEST(ErrnoName, KnowsAllOfLinux) {
  for (int error = 1; error <= EHWPOISON; ++error) {
    if (error == 41 || error == 58) continue;
    EXPECT_EQ(ErrnoName(error)[0], 'E') << error;
  }
}

TEST(ErrnoName, ShowsUnknownNumbers) {
  EXPECT_EQ(ErrnoName(9999), "errno 9999");
}

TEST(ErrnoText, IsLowerCase) {
  EXPECT_EQ(ErrnoText(EINVAL), "EINVAL (invalid argument)");
}

// "I/O error", as musl says, is no word to be lowered.
TEST(ErrnoText, KeepsAbbreviations) {
  EXPECT_THAT(ErrnoText(EIO),
              ::testing::AnyOf("EIO (I/O error)", "EIO (input/output error)"));
}

}  // namespace
}  // namespace chmdocker
