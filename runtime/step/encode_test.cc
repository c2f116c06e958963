// A plan survives its way into the image and out again, field by field.
#include "runtime/step/encode.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/step/plan_image.h"
#include "runtime/step/plan_reader.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

std::vector<std::string> Texts(const char* const* list) {
  std::vector<std::string> texts;
  for (; *list != nullptr; ++list) texts.emplace_back(*list);
  return texts;
}

size_t Bytes(const std::vector<uint64_t>& image) {
  return image.size() * sizeof(image[0]);
}

SetupPlan SomePlan() {
  SetupPlan plan;
  plan.Add(Actor::kParent, Clone<Text>{kNewPid | kNewMount});
  plan.Add(Actor::kInit,
           BindMount<Text>{{FdSlot::kRootfs, "/from"},
                           {FdSlot::kRoot, "/to"},
                           kAttrReadonly,
                           /*recursive=*/true,
                           MountApi::kClassic},
           /*ignored_error=*/2);
  plan.Add(Actor::kInit,
           Exec<Text>{{"/bin/sh", "/usr/bin/sh"}, {"sh", "", "a b"}, {"A=1"}});
  return plan;
}

TEST(PlanImage, KeepsEveryField) {
  std::vector<uint64_t> image = EncodePlan(SomePlan(), /*trace=*/true);
  PlanReader reader(image.data(), Bytes(image));
  ASSERT_TRUE(reader.ok());
  EXPECT_TRUE(reader.trace());

  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.step().kind, StepKind::kClone);
  EXPECT_EQ(reader.step().actor, Actor::kParent);
  EXPECT_EQ(reader.Read<Clone>().namespaces, kNewPid | kNewMount);

  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.index(), 1);
  EXPECT_EQ(reader.step().ignored_error, 2);
  const auto bind = reader.Read<BindMount>();
  EXPECT_EQ(bind.source.slot, FdSlot::kRootfs);
  EXPECT_STREQ(bind.source.path, "/from");
  EXPECT_EQ(bind.target.slot, FdSlot::kRoot);
  EXPECT_STREQ(bind.target.path, "/to");
  EXPECT_EQ(bind.set, kAttrReadonly);
  EXPECT_TRUE(bind.recursive);
  EXPECT_EQ(bind.api, MountApi::kClassic);

  ASSERT_TRUE(reader.Next());
  const auto exec = reader.Read<Exec>();
  EXPECT_EQ(Texts(exec.candidates),
            (std::vector<std::string>{"/bin/sh", "/usr/bin/sh"}));
  EXPECT_EQ(Texts(exec.argv), (std::vector<std::string>{"sh", "", "a b"}));
  EXPECT_EQ(Texts(exec.environment), std::vector<std::string>{"A=1"});

  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(PlanImage, KeepsNumbers) {
  SetupPlan plan;
  plan.Add(Actor::kInit, SetUser<Text>{1, 2, {3, 4, 5}, true});
  plan.Add(Actor::kInit, LoadSeccomp<Text>{{~uint64_t{0}, 7}, 1, true});
  plan.Add(Actor::kInit, SetOomScore<Text>{-1000});
  std::vector<uint64_t> image = EncodePlan(plan, false);
  PlanReader reader(image.data(), Bytes(image));
  ASSERT_TRUE(reader.Next());
  const auto user = reader.Read<SetUser>();
  EXPECT_EQ(std::vector<uint32_t>(user.groups.data,
                                  user.groups.data + user.groups.size),
            (std::vector<uint32_t>{3, 4, 5}));
  EXPECT_TRUE(user.keep_capabilities) << "behind half a word";
  ASSERT_TRUE(reader.Next());
  const auto filter = reader.Read<LoadSeccomp>();
  ASSERT_EQ(filter.filter.size, 2U);
  EXPECT_EQ(filter.filter.data[0], ~uint64_t{0});
  EXPECT_EQ(filter.filter.data[1], 7U);
  EXPECT_TRUE(filter.listener);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Read<SetOomScore>().score, -1000);
  EXPECT_TRUE(reader.ok());
}

TEST(PlanReader, RefusesMoreNumbersThanThereAre) {
  SetupPlan plan;
  plan.Add(Actor::kInit, SetUser<Text>{1, 2, {3, 4, 5}, true});
  const std::vector<uint64_t> good = EncodePlan(plan, false);
  // Headers of 4 words, two ids, then the count.
  constexpr size_t kCount = 6;
  ASSERT_EQ(good[kCount], 3U);
  for (const uint64_t count : {uint64_t{9}, uint64_t{1} << 62, ~uint64_t{0}}) {
    std::vector<uint64_t> image = good;
    image[kCount] = count;
    PlanReader reader(image.data(), Bytes(image));
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Read<SetUser>().groups.size, 0U);
    EXPECT_FALSE(reader.ok()) << count;
  }
}

TEST(PlanImage, HasNoPointers) {
  EXPECT_EQ(EncodePlan(SomePlan(), false), EncodePlan(SomePlan(), false));
}

TEST(PlanImage, HoldsEmptyLists) {
  SetupPlan plan;
  plan.Add(Actor::kInit, Exec<Text>{});
  std::vector<uint64_t> image = EncodePlan(plan, false);
  PlanReader reader(image.data(), Bytes(image));
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(Texts(reader.Read<Exec>().argv).empty());
  EXPECT_TRUE(reader.ok());
}

TEST(PlanReader, RefusesWhatIsNoPlan) {
  std::vector<uint64_t> image(8, 0);
  EXPECT_FALSE(PlanReader(image.data(), Bytes(image)).ok());
  image = EncodePlan(SomePlan(), false);
  EXPECT_FALSE(PlanReader(image.data(), 8).ok()) << "cut off in its header";
}

void ReadAll(std::vector<uint64_t> image, size_t size) {
  PlanReader reader(image.data(), size);
  while (reader.Next()) {
    switch (reader.step().kind) {
      case StepKind::kClone:
        (void)reader.Read<Clone>();
        break;
      case StepKind::kBindMount:
        (void)reader.Read<BindMount>();
        break;
      default:
        (void)Texts(reader.Read<Exec>().argv);
    }
  }
}

// Whatever is damaged, nothing outside the image is touched: the sanitizers'
// configuration makes this test sharp.
TEST(PlanReader, SurvivesDamage) {
  const std::vector<uint64_t> image = EncodePlan(SomePlan(), false);
  for (size_t size = 0; size < Bytes(image); size += 8) {
    std::vector<uint64_t> cut(image.begin(),
                              image.begin() + static_cast<long>(size / 8));
    ReadAll(cut, size);
  }
  for (size_t word = 0; word < image.size(); ++word) {
    for (const uint64_t value : {uint64_t{0}, ~uint64_t{0}, uint64_t{1} << 32,
                                 uint64_t{Bytes(image)}}) {
      std::vector<uint64_t> damaged = image;
      damaged[word] = value;
      ReadAll(damaged, Bytes(image));
    }
  }
}

}  // namespace
}  // namespace chmdocker::step
