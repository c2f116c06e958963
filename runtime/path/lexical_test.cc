#include "runtime/path/lexical.h"

#include "gtest/gtest.h"

namespace chmdocker::path {
namespace {

TEST(CleanPath, DropsWhatNamesNothing) {
  EXPECT_EQ(CleanPath("/"), "/");
  EXPECT_EQ(CleanPath("//a///b/"), "/a/b");
  EXPECT_EQ(CleanPath("/a/./b/."), "/a/b");
  EXPECT_EQ(CleanPath("/a/..b/c."), "/a/..b/c.");
}

TEST(CleanPath, StaysBelowTheRoot) {
  EXPECT_EQ(CleanPath("/a/../b"), "/b");
  EXPECT_EQ(CleanPath("/../../a"), "/a");
  EXPECT_EQ(CleanPath("/a/b/../../.."), "/");
}

TEST(IsWithin, LooksAtWholeNames) {
  EXPECT_TRUE(IsWithin("/proc", "/proc"));
  EXPECT_TRUE(IsWithin("/proc/sys", "/proc"));
  EXPECT_FALSE(IsWithin("/process", "/proc"));
  EXPECT_FALSE(IsWithin("/", "/proc"));
  EXPECT_TRUE(IsWithin("/a", "/"));
}

}  // namespace
}  // namespace chmdocker::path
