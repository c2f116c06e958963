#include "runtime/security/bpf_assembler.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/security/bpf_simulator.h"

namespace chmdocker::security {
namespace {

constexpr uint32_t kNumber = offsetof(seccomp_data, nr);

uint32_t Judge(const std::vector<sock_filter>& program, uint32_t number) {
  const seccomp_data call = {static_cast<int>(number), 0, 0, {}};
  const std::optional<BpfVerdict> verdict = RunBpf(program, call);
  EXPECT_TRUE(verdict.has_value());
  return verdict.value_or(BpfVerdict{}).action;
}

// A search that returns what each run begins with; by first number.
std::vector<sock_filter> Search(const std::map<uint32_t, uint32_t>& actions) {
  BpfAssembler assembler;
  std::vector<BpfRun> runs;
  for (const auto& [first, action] : actions) {
    runs.push_back({first, assembler.Return(action)});
  }
  assembler.Load(kNumber, WriteSearch(assembler, runs));
  return assembler.Finish();
}

TEST(BpfAssembler, JumpsOverMoreThanAnOffsetHolds) {
  for (const uint32_t between : {1u, 254u, 255u, 256u, 257u, 1000u}) {
    BpfAssembler assembler;
    const auto far = assembler.Return(1);
    auto next = assembler.Return(2);
    for (uint32_t i = 0; i < between; ++i) next = assembler.And(~0U, next);
    const auto far_code = assembler.Load(kNumber, far);
    for (uint32_t i = 0; i < between; ++i) next = assembler.And(~0U, next);
    next = assembler.Jump(BPF_JEQ, 7, far, next);
    next = assembler.Jump(BPF_JEQ, 8, far_code, next);
    assembler.Load(kNumber, next);
    EXPECT_EQ(Judge(assembler.Finish(), 7), 1u) << between;
    EXPECT_EQ(Judge(assembler.Finish(), 8), 1u) << between;
    EXPECT_EQ(Judge(assembler.Finish(), 9), 2u) << between;
  }
}

TEST(BpfAssembler, BringsBothTargetsNear) {
  for (uint32_t between = 250; between < 260; ++between) {
    BpfAssembler assembler;
    const auto yes = assembler.Return(1);
    const auto no = assembler.Return(2);
    auto next = assembler.Return(3);
    for (uint32_t i = 0; i < between; ++i) next = assembler.And(~0U, next);
    assembler.Load(kNumber, assembler.Jump(BPF_JGT, 7, yes, no));
    EXPECT_EQ(Judge(assembler.Finish(), 8), 1u) << between;
    EXPECT_EQ(Judge(assembler.Finish(), 7), 2u) << between;
  }
}

TEST(WriteSearch, ASingleNumberCostsOneInstruction) {
  // Load, jeq, two returns.
  EXPECT_EQ(Search({{0, 1}, {5, 2}, {6, 1}}).size(), 4u);
  // Neighbours that differ need a boundary; the single is one of them.
  EXPECT_EQ(Search({{0, 1}, {5, 2}, {6, 3}}).size(), 6u);
  // Singles within singles.
  EXPECT_EQ(Search({{0, 1}, {5, 2}, {6, 3}, {7, 2}, {8, 1}}).size(), 7u);
}

TEST(WriteSearch, RunsOfOneTargetAreOne) {
  EXPECT_EQ(Search({{0, 1}, {5, 1}, {9, 1}}).size(), 2u);
}

TEST(WriteSearch, IsBalanced) {
  std::map<uint32_t, uint32_t> actions;
  for (uint32_t i = 0; i < 256; ++i) actions[i * 10] = i % 2;
  const std::vector<sock_filter> program = Search(actions);
  EXPECT_LT(program.size(), 265u);
  for (uint32_t i = 0; i < 2600; ++i) {
    const seccomp_data call = {static_cast<int>(i), 0, 0, {}};
    EXPECT_LE(RunBpf(program, call)->steps, 11u) << i;
  }
}

TEST(WriteSearch, ManySinglesAreNoLongRow) {
  std::map<uint32_t, uint32_t> actions = {{0, 1}};
  for (uint32_t i = 1; i < 100; ++i) {
    actions[i * 2] = 2;
    actions[i * 2 + 1] = 1;
  }
  const std::vector<sock_filter> program = Search(actions);
  EXPECT_LT(program.size(), 120u);
  for (uint32_t i = 0; i < 210; ++i) {
    const seccomp_data call = {static_cast<int>(i), 0, 0, {}};
    EXPECT_LE(RunBpf(program, call)->steps, 16u) << i;
  }
}

TEST(WriteSearch, FindsTheRunOfEachNumber) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::map<uint32_t, uint32_t> actions = {{0, random() % 4}};
    const uint32_t spread = round % 2 == 0 ? 64 : 1200;
    for (size_t runs = random() % 300; runs > 0; --runs) {
      actions[random() % spread] = random() % 4;
    }
    if (round % 3 == 0) actions[std::numeric_limits<uint32_t>::max()] = 9;
    const std::vector<sock_filter> program = Search(actions);
    for (const auto& [first, action] : actions) {
      ASSERT_EQ(Judge(program, first), action);
      if (first == 0) continue;
      ASSERT_EQ(Judge(program, first - 1),
                std::prev(actions.find(first))->second);
    }
  }
}

}  // namespace
}  // namespace chmdocker::security
