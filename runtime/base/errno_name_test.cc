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
