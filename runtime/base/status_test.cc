#include "runtime/base/status.h"

#include <cerrno>
#include <optional>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(ErrnoError, NamesCallAndErrno) {
  const absl::Status status = ErrnoError(ENOENT, "open \"/nowhere\"");
  EXPECT_EQ(status.message(),
            "open \"/nowhere\": ENOENT (no such file or directory)");
  EXPECT_TRUE(absl::IsNotFound(status));
}

TEST(ErrnoOf, RemembersTheErrno) {
  EXPECT_EQ(ErrnoOf(ErrnoError(EXDEV, "rename")), EXDEV);
  EXPECT_EQ(ErrnoOf(absl::InternalError("no errno")), std::nullopt);
}

TEST(WithHint, AppendsAndKeepsTheErrno) {
  const absl::Status status =
      WithHint(ErrnoError(EPERM, "mount"), "run it as root");
  EXPECT_EQ(status.message(),
            "mount: EPERM (operation not permitted); run it as root");
  EXPECT_EQ(ErrnoOf(status), EPERM);
}

TEST(WithHint, LeavesStatusWithoutHintAlone) {
  EXPECT_EQ(WithHint(absl::InternalError("x"), "").message(), "x");
  EXPECT_TRUE(WithHint(absl::OkStatus(), "unused").ok());
}

}  // namespace
}  // namespace chmdocker
