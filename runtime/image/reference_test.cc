#include "runtime/image/reference.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace chmdocker::image {
namespace {

struct Good {
  const char* text;
  const char* full;
  const char* familiar;
};

TEST(Reference, IsReadAsDockerDoes) {
  constexpr Good kGood[] = {
      {"busybox", "docker.io/library/busybox:latest", "busybox:latest"},
      {"busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"},
      {"user/app", "docker.io/user/app:latest", "user/app:latest"},
      {"docker.io/busybox", "docker.io/library/busybox:latest",
       "busybox:latest"},
      {"index.docker.io/library/busybox:x", "docker.io/library/busybox:x",
       "busybox:x"},
      {"docker.io/library/a/b", "docker.io/library/a/b:latest",
       "library/a/b:latest"},
      {"localhost/a", "localhost/a:latest", "localhost/a:latest"},
      {"localhost:5000/a:b", "localhost:5000/a:b", "localhost:5000/a:b"},
      {"quay.io/a/b__c-d.e:V_1", "quay.io/a/b__c-d.e:V_1",
       "quay.io/a/b__c-d.e:V_1"},
      {"a---b", "docker.io/library/a---b:latest", "a---b:latest"},
  };
  for (const Good& good : kGood) {
    const absl::StatusOr<Reference> read = ParseReference(good.text);
    ASSERT_TRUE(read.ok()) << good.text << ": " << read.status();
    EXPECT_EQ(read->Full(), good.full);
    EXPECT_EQ(read->Familiar(), good.familiar);
    // What is shown can be written.
    EXPECT_EQ(*ParseReference(read->Familiar()), *read);
    EXPECT_EQ(*ParseReference(read->Full()), *read);
  }
}

TEST(Reference, RefusesWhatIsNone) {
  const std::string kBad[] = {"",
                              ":",
                              "a:",
                              ":a",
                              "A",
                              "a/B",
                              "-a",
                              "a-",
                              "a..b",
                              "a___b",
                              "a//b",
                              "/a",
                              "a/",
                              "a/../b",
                              "a b",
                              "a:-x",
                              "a:.x",
                              "a:b:c",
                              "host:/a",
                              "host:x/a",
                              "a@sha256:",
                              "a\nb",
                              "../a",
                              ".",
                              "x.y:5000/",
                              "a:" + std::string(129, 'x'),
                              std::string(256, 'a')};
  for (const std::string& bad : kBad) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseReference(bad).status())) << bad;
  }
}

TEST(Reference, KnowsBeginningsOfIds) {
  EXPECT_TRUE(IsIdPrefix("0"));
  EXPECT_TRUE(IsIdPrefix("sha256:0af"));
  EXPECT_TRUE(IsIdPrefix(std::string(64, 'f')));
  EXPECT_FALSE(IsIdPrefix(std::string(65, 'f')));
  EXPECT_FALSE(IsIdPrefix(""));
  EXPECT_FALSE(IsIdPrefix("sha256:"));
  EXPECT_FALSE(IsIdPrefix("0AF"));
}

}  // namespace
}  // namespace chmdocker::image
