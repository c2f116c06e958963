#include "testing/bench/seccomp_json.h"

#include <linux/filter.h>

#include <cstring>
#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/oci/seccomp_profile.h"
#include "runtime/security/default_profile.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::bench {
namespace {

// Every member of every rule is part of what the kernel gets.
TEST(SeccompJsonTest, ReadAgainIsTheSameFilter) {
  const spec::Seccomp profile =
      security::DefaultProfile(spec::kDefaultCapabilities);
  const absl::StatusOr<spec::Seccomp> read = oci::ParseSeccompProfile(
      SeccompJson(profile), spec::kDefaultCapabilities, {});
  ASSERT_TRUE(read.ok()) << read.status();
  const auto wanted = security::CompileSeccomp(profile);
  const auto got = security::CompileSeccomp(*read);
  ASSERT_TRUE(wanted.ok() && got.ok());
  ASSERT_EQ(got->program.size(), wanted->program.size());
  EXPECT_EQ(memcmp(got->program.data(), wanted->program.data(),
                   wanted->program.size() * sizeof(sock_filter)),
            0);
}

TEST(SeccompJsonTest, WritesConditions) {
  spec::Seccomp profile;
  profile.rules.push_back({{"clone"},
                           spec::SeccompAction::kErrno,
                           38,
                           {{1, 2, 3, spec::SeccompOperator::kMaskedEqual}}});
  EXPECT_EQ(SeccompJson(profile),
            "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [],\n"
            "\"syscalls\": [{\"names\": [\"clone\"], \"action\": "
            "\"SCMP_ACT_ERRNO\", \"errnoRet\": 38, \"args\": [{\"index\": 1, "
            "\"value\": 2, \"valueTwo\": 3, \"op\": \"SCMP_CMP_MASKED_EQ\"}]}"
            "]}");
}

}  // namespace
}  // namespace chmdocker::bench
