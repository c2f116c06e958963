#include "runtime/cgroups/hierarchy.h"

#include <vector>

#include "gtest/gtest.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {
namespace {

using Directories = std::vector<host::CgroupDirectory>;

TEST(HierarchiesFrom, FindsHybrid) {
  EXPECT_EQ(
      HierarchiesFrom(
          "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
          "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
          "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
          "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup "
          "rw,memory\n"
          "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 "
          "rw\n"
          "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup "
          "rw,name=systemd\n",
          "9:name=systemd:/\n4:memory:/a/b\n1:cpu:/\n0::/\n"),
      (Directories{{"cpu", "/sys/fs/cgroup/cpu", "/"},
                   {"memory", "/sys/fs/cgroup/memory", "/a/b"},
                   {"name=systemd", "/sys/fs/cgroup/systemd", "/"},
                   {"", "/sys/fs/cgroup/unified", "/"}}));
}

TEST(HierarchiesFrom, FindsPureV2) {
  EXPECT_EQ(HierarchiesFrom(
                "30 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime "
                "shared:4 - cgroup2 cgroup2 "
                "rw,nsdelegate,memory_recursiveprot",
                "0::/user.slice/user-0.slice/session-1.scope\n"),
            (Directories{{"", "/sys/fs/cgroup",
                          "/user.slice/user-0.slice/session-1.scope"}}));
}

// systemd's hybrid: controllers mounted together, with other switches.
TEST(HierarchiesFrom, FindsControllersMountedTogether) {
  EXPECT_EQ(
      HierarchiesFrom("33 25 0:29 / /sys/fs/cgroup/systemd "
                      "rw,nosuid,nodev,noexec,relatime shared:11 - cgroup "
                      "cgroup rw,xattr,release_agent=/lib/systemd/agent,"
                      "name=systemd\n"
                      "38 25 0:34 / /sys/fs/cgroup/cpu,cpuacct "
                      "rw,relatime shared:16 - cgroup cgroup rw,cpu,cpuacct\n",
                      "6:cpu,cpuacct:/system.slice\n1:name=systemd:/x\n"),
      (Directories{
          {"name=systemd", "/sys/fs/cgroup/systemd", "/x"},
          {"cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/system.slice"}}));
}

// In a container without a cgroup namespace: the mount's root is the
// container's own cgroup.
TEST(HierarchiesFrom, TakesTheMountsRootOff) {
  EXPECT_EQ(HierarchiesFrom("900 800 0:32 /docker/0af3 /sys/fs/cgroup/memory "
                            "ro,relatime master:17 - cgroup cgroup rw,memory\n"
                            "901 800 0:33 /docker/0af3 /sys/fs/cgroup/pids "
                            "ro,relatime master:18 - cgroup cgroup rw,pids\n"
                            "902 800 0:34 /docker/0af /sys/fs/cgroup/cpu "
                            "ro,relatime master:18 - cgroup cgroup rw,cpu\n",
                            "4:memory:/docker/0af3\n5:pids:/docker/0af3/inner\n"
                            "6:cpu:/docker/0af3\n"),
            (Directories{{"memory", "/sys/fs/cgroup/memory", "/", true},
                         {"pids", "/sys/fs/cgroup/pids", "/inner", true},
                         {"cpu", "/sys/fs/cgroup/cpu", "", true}}));
}

// A cgroup namespace shows what is outside with "..".
TEST(HierarchiesFrom, DoesNotKnowItsPlaceOutside) {
  EXPECT_EQ(
      HierarchiesFrom("9 8 0:2 /.. /mnt rw - cgroup2 cgroup2 rw\n", "0::/\n"),
      (Directories{{"", "/mnt", ""}}));
  EXPECT_EQ(HierarchiesFrom("9 8 0:2 / /mnt rw - cgroup2 cgroup2 rw\n",
                            "0::/../other\n"),
            (Directories{{"", "/mnt", ""}}));
}

TEST(HierarchiesFrom, TakesTheFirstOfTwoMounts) {
  EXPECT_EQ(HierarchiesFrom("9 8 0:2 / /one rw - cgroup cgroup rw,cpu\n"
                            "9 8 0:2 / /two rw - cgroup cgroup rw,cpu\n",
                            ""),
            (Directories{{"cpu", "/one", ""}}));
}

TEST(HierarchiesFrom, TakesTheUpperOfTwoMountsInOnePlace) {
  EXPECT_EQ(HierarchiesFrom("9 8 0:2 / /one rw - cgroup cgroup rw,cpu\n"
                            "9 8 0:2 / /one rw - cgroup2 cgroup2 rw\n",
                            ""),
            (Directories{{"", "/one", ""}}));
}

TEST(HierarchiesFrom, ReadsEscapedPaths) {
  EXPECT_EQ(HierarchiesFrom("9 8 0:2 / /a\\040b\\134 rw - cgroup2 cgroup2 rw\n",
                            "0::/\n"),
            (Directories{{"", "/a b\\", "/"}}));
}

TEST(HierarchiesFrom, PassesOverWhatOnlyLooksSo) {
  EXPECT_EQ(HierarchiesFrom("9 8 0:2 / /a rw - cgroupfs cgroup rw\n"
                            "9 8 0:2\n"
                            "9 8 0:2 / - cgroup\n",
                            "x\n\n"),
            Directories{});
  EXPECT_EQ(HierarchiesFrom("", ""), Directories{});
}

}  // namespace
}  // namespace chmdocker::cgroups
