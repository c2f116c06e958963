#include "cli/startup_arena.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

TEST(StartupArena, HandsOutAlignedPiecesThatDoNotOverlap) {
  StartupArena<256> arena;
  char* const first = static_cast<char*>(arena.Allocate(1));
  char* const second = static_cast<char*>(arena.Allocate(17));
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % alignof(max_align_t), 0U);
  EXPECT_GE(second, first + 1);
  EXPECT_GE(static_cast<char*>(arena.Allocate(1)), second + 17);
}

TEST(StartupArena, HasAnEnd) {
  StartupArena<64> arena;
  EXPECT_NE(arena.Allocate(48), nullptr);
  EXPECT_EQ(arena.Allocate(17), nullptr);
  EXPECT_NE(arena.Allocate(16), nullptr);
  EXPECT_EQ(arena.Allocate(0), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
}

TEST(StartupArena, TakesTheLastPieceBack) {
  StartupArena<64> arena;
  void* const first = arena.Allocate(16);
  void* const second = arena.Allocate(20);
  arena.Release(first, 16);
  EXPECT_EQ(arena.used(), 48U) << "not the last";
  arena.Release(second, 20);
  EXPECT_EQ(arena.used(), 16U);
  EXPECT_EQ(arena.Allocate(1), second);
}

TEST(StartupArena, KnowsItsOwn) {
  StartupArena<64> arena;
  const int other = 0;
  EXPECT_TRUE(arena.Owns(arena.Allocate(64 - 16)));
  EXPECT_FALSE(arena.Owns(&other));
  EXPECT_FALSE(arena.Owns(nullptr));
}

}  // namespace
}  // namespace chmdocker::cli
