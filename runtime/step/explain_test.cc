#include "runtime/step/explain.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

TEST(Explain, QuotesNames) {
  EXPECT_EQ(Explain(MountFilesystem<Text>{"tmpfs",
                                          "tmpfs",
                                          {FdSlot::kRootfs, "/a\nb"},
                                          kMountNosuid,
                                          "size=1"}),
            "mount tmpfs on rootfs:\"/a\\nb\" (nosuid,size=1)");
  EXPECT_EQ(Explain(MountFilesystem<Text>{"proc", "proc", {{}, "/proc"}}),
            "mount proc on \"/proc\"");
}

TEST(Explain, SaysWhenTheOldApiIsUsed) {
  EXPECT_EQ(Explain(SetMountAttributes<Text>{
                {FdSlot::kRootfs, "/"}, kAttrReadonly, MountApi::kClassic}),
            "make the mount at rootfs:\"/\" ro (by mount(2))");
}

// Values may be secrets.
TEST(Explain, LeavesEnvironmentOut) {
  const std::string text =
      Explain(Exec<Text>{{"/bin/sh"}, {"sh"}, {"PASSWORD=hunter2"}});
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
  EXPECT_EQ(text, "exec \"sh\" with 1 environment variables");
}

TEST(Explain, CountsPlacesOfASearch) {
  EXPECT_EQ(
      Explain(Exec<Text>{{"/bin/sh", "/usr/bin/sh"}, {"sh"}, {}}),
      "exec \"sh\", the first of 2 in PATH, with 0 environment variables");
}

TEST(KindName, IsUnique) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(StepKind::kExec); ++kind) {
    const std::string name(KindName(static_cast<StepKind>(kind)));
    EXPECT_FALSE(name.empty()) << kind;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(ExplainText, SaysAPurposeOncePerRow) {
  SetupPlan plan;
  plan.Add(Actor::kInit, MaskPath<Text>{"/proc/kcore"});
  plan.Add(Actor::kInit, MaskPath<Text>{"/proc/keys"});
  EXPECT_EQ(ExplainText(plan),
            " 1/2 init    hide rootfs:\"/proc/kcore\"\n"
            "               kernel files that would show or change the host\n"
            " 2/2 init    hide rootfs:\"/proc/keys\"\n");
}

TEST(ExplainJson, IsOneObject) {
  SetupPlan plan;
  plan.Add(Actor::kInit, MaskPath<Text>{"/p\""}, /*ignored_error=*/2);
  EXPECT_EQ(ExplainJson(plan),
            "{\"steps\":[{\"step\":1,\"actor\":\"init\",\"kind\":\"mask-path\","
            "\"does\":\"hide rootfs:\\\"/p\\\\\\\"\\\"\",\"why\":\"kernel "
            "files that would show or change the host\",\"ignores\":"
            "\"ENOENT\"}]}\n");
}

}  // namespace
}  // namespace chmdocker::step
