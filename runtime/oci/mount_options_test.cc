#include "runtime/oci/mount_options.h"

#include <linux/mount.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {
namespace {

using spec::Mount;

Mount Apply(const std::vector<std::string>& options) {
  Mount mount;
  ApplyMountOptions(options, mount);
  return mount;
}

TEST(ApplyMountOptions, CountsTheLastOne) {
  Mount mount = Apply({"ro", "nosuid", "rw"});
  EXPECT_EQ(mount.flags, kMountNosuid);
  EXPECT_EQ(mount.cleared, kMountReadonly);
  mount = Apply({"exec", "noexec"});
  EXPECT_EQ(mount.flags, kMountNoexec);
  EXPECT_TRUE(mount.cleared.empty());
}

TEST(ApplyMountOptions, HasOneTime) {
  EXPECT_EQ(Apply({"noatime", "relatime"}).flags, MountFlags(MS_RELATIME));
  EXPECT_EQ(Apply({"strictatime", "noatime", "nodiratime"}).flags,
            MountFlags(MS_NOATIME | MS_NODIRATIME));
}

TEST(ApplyMountOptions, LeavesTheRestToTheFileSystem) {
  const Mount mount = Apply({"size=1m", "ro", "", "acl", "mode=755"});
  EXPECT_EQ(mount.data, "size=1m,acl,mode=755");
  EXPECT_EQ(mount.flags, kMountReadonly);
}

TEST(ApplyMountOptions, KnowsBinds) {
  EXPECT_TRUE(Apply({"bind"}).bind);
  EXPECT_FALSE(Apply({"bind"}).recursive);
  EXPECT_TRUE(Apply({"rbind", "bind"}).recursive);
  EXPECT_TRUE(Apply({"bind", "ro"}).flags == kMountReadonly);
}

TEST(ApplyMountOptions, KeepsTheOrderOfPropagation) {
  const std::vector<MountFlags> expected = {MountFlags(MS_REC | MS_SLAVE),
                                            MountFlags(MS_SHARED)};
  EXPECT_EQ(Apply({"rslave", "ro", "shared"}).propagation, expected);
}

TEST(ApplyMountOptions, SetsAttributesOfTheTree) {
  Mount mount = Apply({"rro", "rsuid", "rnosymfollow"});
  EXPECT_EQ(mount.recursive_set,
            kAttrReadonly | MountAttributes(MOUNT_ATTR_NOSYMFOLLOW));
  EXPECT_EQ(mount.recursive_cleared, kAttrNosuid);
  EXPECT_TRUE(mount.flags.empty());
  mount = Apply({"rrw", "rro"});
  EXPECT_EQ(mount.recursive_set, kAttrReadonly);
  EXPECT_TRUE(mount.recursive_cleared.empty());
}

// EINVAL else: mount_setattr(2) wants the whole field cleared.
TEST(ApplyMountOptions, ClearsTheTimeOfTheTree) {
  const MountAttributes times(MOUNT_ATTR__ATIME);
  Mount mount = Apply({"rnoatime", "rstrictatime"});
  EXPECT_EQ(mount.recursive_set, MountAttributes(MOUNT_ATTR_STRICTATIME));
  EXPECT_EQ(mount.recursive_cleared, times);
  for (const char* option : {"rrelatime", "ratime", "rnostrictatime"}) {
    mount = Apply({"rnoatime", option});
    EXPECT_TRUE(mount.recursive_set.empty()) << option;
    EXPECT_EQ(mount.recursive_cleared, times) << option;
  }
  mount = Apply({"rnorelatime"});
  EXPECT_TRUE(mount.recursive_cleared.empty());
}

TEST(ApplyMountOptions, KnowsExtensions) {
  EXPECT_TRUE(Apply({"tmpcopyup"}).copy_up);
  EXPECT_EQ(Apply({"idmap"}).id_mapped, spec::IdMapped::kThisMount);
  EXPECT_EQ(Apply({"ridmap"}).id_mapped, spec::IdMapped::kRecursive);
  EXPECT_TRUE(Apply({"src-nofollow"}).source_nofollow);
  EXPECT_TRUE(Apply({"dest-nofollow"}).destination_nofollow);
  EXPECT_TRUE(Apply({"copy-symlink"}).copy_symlink);
}

// The look-up is by halves.
TEST(MountOptionNames, AreSortedAndFound) {
  const std::vector<absl::string_view> names = MountOptionNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const absl::string_view name : names) {
    EXPECT_EQ(Apply({std::string(name)}).data, "") << name;
  }
}

TEST(FindPropagation, KnowsEightWords) {
  EXPECT_EQ(FindPropagation("runbindable"), MountFlags(MS_REC | MS_UNBINDABLE));
  EXPECT_EQ(FindPropagation("private"), kMountPrivate);
  EXPECT_FALSE(FindPropagation("ro").has_value());
  EXPECT_FALSE(FindPropagation("").has_value());
}

}  // namespace
}  // namespace chmdocker::oci
