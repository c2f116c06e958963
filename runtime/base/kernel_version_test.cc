#include "runtime/base/kernel_version.h"

#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(ParseKernelVersion, ReadsReleases) {
  EXPECT_EQ(ParseKernelVersion("6.1.0-13-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(ParseKernelVersion("5.10-rc1"), (KernelVersion{5, 10}));
  for (const char* text : {"", "6", "6.", ".1", "a.b"}) {
    EXPECT_FALSE(ParseKernelVersion(text)) << text;
  }
}

}  // namespace
}  // namespace chmdocker
