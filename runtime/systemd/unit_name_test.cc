#include "runtime/systemd/unit_name.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/systemd/address.h"

namespace chmdocker::systemd {
namespace {

using ::testing::HasSubstr;

// "SLICE NAME CGROUP", or the error.
std::string Unit(const std::string& path, Scope scope = Scope::kSystem) {
  UnitName unit;
  const absl::Status named = NameUnit(path, "web", scope, &unit);
  if (!named.ok()) return std::string(named.message());
  return unit.slice + " " + unit.name + " " + unit.cgroup;
}

TEST(NameUnit, IsAScopeInASlice) {
  EXPECT_EQ(Unit("machine.slice:libpod:1f"),
            "machine.slice libpod-1f.scope /machine.slice/libpod-1f.scope");
  EXPECT_EQ(Unit("machine.slice::1f"),
            "machine.slice 1f.scope /machine.slice/1f.scope");
}

TEST(NameUnit, HasDefaults) {
  EXPECT_EQ(Unit(""),
            "system.slice chmdocker-web.scope "
            "/system.slice/chmdocker-web.scope");
  EXPECT_EQ(Unit("", Scope::kUser),
            "user.slice chmdocker-web.scope /user.slice/chmdocker-web.scope");
  EXPECT_EQ(Unit(":a:b", Scope::kUser),
            "user.slice a-b.scope /user.slice/a-b.scope");
}

TEST(NameUnit, NestsSlicesByTheirDashes) {
  EXPECT_EQ(Unit("a-b-c.slice:p:n"),
            "a-b-c.slice p-n.scope "
            "/a.slice/a-b.slice/a-b-c.slice/p-n.scope");
  for (const char* root : {"-:p:n", "-.slice:p:n"}) {
    EXPECT_EQ(Unit(root), "-.slice p-n.scope /p-n.scope");
  }
}

TEST(NameUnit, MayBeASlice) {
  EXPECT_EQ(Unit("kubepods.slice:ignored:kubepods-pod1.slice"),
            "kubepods.slice kubepods-pod1.slice "
            "/kubepods.slice/kubepods-pod1.slice");
}

TEST(NameUnit, RefusesOtherForms) {
  for (const char* path : {"/a/b", "a:b", "a.slice:b:c:d", "a.slice:b:"}) {
    EXPECT_THAT(Unit(path), HasSubstr("must be SLICE:PREFIX:NAME")) << path;
  }
  for (const char* slice : {"a", "a.scope", ".slice", "-a.slice", "a-.slice",
                            "a--b.slice", "a/b.slice", "../a.slice", "--"}) {
    EXPECT_THAT(Unit(std::string(slice) + ":p:n"), HasSubstr("has no slice"))
        << slice;
  }
  for (const std::string& name :
       {std::string("a/b"), std::string("a b"), std::string("a+b"),
        std::string("a@b"), std::string(240, 'x'), std::string("a--b.slice"),
        std::string("-.slice")}) {
    EXPECT_THAT(Unit("a.slice:prefix-of-it:" + name),
                HasSubstr("is no name for a unit"))
        << name;
  }
}

}  // namespace
}  // namespace chmdocker::systemd
