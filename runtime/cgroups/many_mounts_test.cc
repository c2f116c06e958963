// FindHierarchies beside hundreds of mounts, where it does not read all of
// them.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/host/facts.h"
#include "testing/child/in_child.h"

namespace chmdocker::cgroups {
namespace {

// More than is read before the first question whether that was enough.
constexpr int kMany = 400;

// In a mount namespace of this process's own: what goes wrong, or nothing.
std::string MakeMounts(int count) {
  if (unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return "no mount namespace";
  }
  for (int i = 0; i < count; ++i) {
    if (mount("none", "/mnt", "tmpfs", 0, nullptr) != 0) return "no tmpfs";
  }
  return "";
}

// What all of mountinfo says.
std::vector<host::CgroupDirectory> FromAll() {
  return HierarchiesFrom(Contents("/proc/self/mountinfo"),
                         Contents("/proc/self/cgroup"));
}

std::string FindsWhatIsThere() {
  const auto found = FindHierarchies();
  if (!found.ok()) return std::string(found.status().message());
  return *found == FromAll() ? "" : "found others";
}

TEST(ManyMounts, DoNotMatter) {
  if (geteuid() != 0) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(InChild([] {
              const std::string made = MakeMounts(kMany);
              return made.empty() ? FindsWhatIsThere() : made;
            }),
            "");
}

// The mount that comes last covers one that was read already.
TEST(ManyMounts, DoNotHideWhatCoversAHierarchy) {
  if (geteuid() != 0) GTEST_SKIP() << "mounting needs root";
  const auto before = FindHierarchies();
  ASSERT_TRUE(before.ok()) << before.status();
  if (before->size() < 2) GTEST_SKIP() << "wants two hierarchies";
  EXPECT_EQ(InChild([&before] {
              const std::string made = MakeMounts(kMany);
              if (!made.empty()) return made;
              const std::string upper = (*before)[1].path;
              if (mount(upper.c_str(), (*before)[0].path.c_str(), nullptr,
                        MS_BIND, nullptr) != 0) {
                return std::string("no bind mount");
              }
              const auto found = FindHierarchies();
              if (found.ok() && *found == *before)
                return std::string("found it");
              return FindsWhatIsThere();
            }),
            "");
}

}  // namespace
}  // namespace chmdocker::cgroups
