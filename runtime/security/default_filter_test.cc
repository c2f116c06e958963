#include "runtime/security/default_filter.h"

#include <linux/capability.h>
#include <linux/filter.h>

#include <cstring>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/security/default_profile.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/process.h"

namespace chmdocker::security {
namespace {

constexpr spec::CapabilitySet kAll = ~spec::CapabilitySet{0};
constexpr spec::CapabilitySet kNetAdmin = spec::CapabilitySet{1}
                                          << CAP_NET_ADMIN;
constexpr spec::CapabilitySet kPtrace = spec::CapabilitySet{1}
                                        << CAP_SYS_PTRACE;

TEST(DefaultFilter, IsTheCompiledProfile) {
  for (const spec::CapabilitySet bounding :
       {spec::kDefaultCapabilities, spec::kDefaultCapabilities | kNetAdmin,
        spec::CapabilitySet{0}, kPtrace, kAll}) {
    const absl::StatusOr<SeccompFilter> filter = DefaultFilter(bounding);
    const absl::StatusOr<SeccompFilter> wanted =
        CompileSeccomp(DefaultProfile(bounding));
    ASSERT_TRUE(filter.ok() && wanted.ok());
    EXPECT_EQ(filter->flags, wanted->flags);
    ASSERT_EQ(filter->program.size(), wanted->program.size()) << bounding;
    EXPECT_EQ(std::memcmp(filter->program.data(), wanted->program.data(),
                          wanted->program.size() * sizeof(sock_filter)),
              0)
        << bounding;
  }
}

}  // namespace
}  // namespace chmdocker::security
