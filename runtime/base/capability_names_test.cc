#include "runtime/base/capability_names.h"

#include <linux/capability.h>

#include <optional>

#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(CapabilityNumber, IsTheKernels) {
  EXPECT_EQ(CapabilityNumber("CAP_CHOWN"), CAP_CHOWN);
  EXPECT_EQ(CapabilityNumber("CAP_NET_RAW"), CAP_NET_RAW);
  EXPECT_EQ(CapabilityNumber("CAP_SYS_ADMIN"), CAP_SYS_ADMIN);
  EXPECT_EQ(CapabilityNumber("CAP_AUDIT_WRITE"), CAP_AUDIT_WRITE);
  EXPECT_EQ(CapabilityNumber("CAP_MAC_ADMIN"), CAP_MAC_ADMIN);
  EXPECT_EQ(CapabilityNumber("CAP_CHECKPOINT_RESTORE"), CAP_CHECKPOINT_RESTORE);
}

TEST(CapabilityNumber, TakesTheNameWithoutItsPrefix) {
  EXPECT_EQ(CapabilityNumber("CHOWN"), CAP_CHOWN);
  EXPECT_EQ(CapabilityNumber("BPF"), CAP_BPF);
}

TEST(CapabilityNumber, KnowsNothingElse) {
  for (const char* name : {"", "CAP_", "CAP_FOO", "cap_chown", "CHOW", "ALL",
                           "CAP_CAP_CHOWN", "CAP_CHOWN "}) {
    EXPECT_EQ(CapabilityNumber(name), std::nullopt) << name;
  }
}

TEST(CapabilityNames, AreFoundUnderTheirNumbers) {
  ASSERT_EQ(CapabilityNames().size(), 41U);
  for (int number = 0; number <= kLastCapability; ++number) {
    EXPECT_EQ(CapabilityNumber(CapabilityNames()[number]), number);
  }
}

}  // namespace
}  // namespace chmdocker
