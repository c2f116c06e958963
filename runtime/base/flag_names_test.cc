#include "runtime/base/flag_names.h"

#include "gtest/gtest.h"
#include "runtime/base/flags.h"

namespace chmdocker {
namespace {

TEST(FlagNames, NamesBitsInOneOrder) {
  EXPECT_EQ(FlagNames(kNewPid | kNewMount), "CLONE_NEWNS|CLONE_NEWPID");
  EXPECT_EQ(FlagNames(kNewMount | kNewPid), "CLONE_NEWNS|CLONE_NEWPID");
}

TEST(FlagNames, ShowsNoneAndUnknownBits) {
  EXPECT_EQ(FlagNames(MountFlags()), "0");
  EXPECT_EQ(FlagNames(kMountReadonly | MountFlags(1UL << 40)),
            "MS_RDONLY|0x10000000000");
}

TEST(OptionWords, AreThoseOfMount8) {
  EXPECT_EQ(OptionWords(kMountNoexec | kMountNosuid), "nosuid,noexec");
  EXPECT_EQ(OptionWords(kAttrReadonly), "ro");
}

TEST(NamespaceWords, AreThoseOfNamespaces7) {
  EXPECT_EQ(NamespaceWords(kNewUser | kNewMount | kNewNet), "net, mount, user");
}

}  // namespace
}  // namespace chmdocker
