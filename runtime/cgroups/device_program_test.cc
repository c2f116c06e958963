#include "runtime/cgroups/device_program.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/cgroups/device_rules.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

using enum spec::DeviceKind;

struct Use {
  spec::DeviceKind kind;
  uint32_t major;
  uint32_t minor;
  std::string access;
};

uint32_t Bits(absl::string_view access) {
  uint32_t bits = 0;
  for (const char c : access) {
    bits |= c == 'm' ? BPF_DEVCG_ACC_MKNOD
                     : (c == 'r' ? BPF_DEVCG_ACC_READ : BPF_DEVCG_ACC_WRITE);
  }
  return bits;
}

// Runs a program as the kernel's interpreter does, as far as ours go.
class Machine {
 public:
  explicit Machine(const Use& use)
      : context_{Bits(use.access) << 16 |
                     (use.kind == kBlock ? uint32_t{BPF_DEVCG_DEV_BLOCK}
                                         : uint32_t{BPF_DEVCG_DEV_CHAR}),
                 use.major, use.minor} {}

  uint64_t Run(const std::vector<bpf_insn>& program) {
    for (size_t at = 0; at < program.size(); ++at) {
      const bpf_insn& now = program[at];
      if (now.code == (BPF_JMP | BPF_EXIT)) return registers_[0];
      if (Step(now)) at += static_cast<size_t>(now.off);
    }
    ADD_FAILURE() << "the program has no end";
    return 2;
  }

 private:
  // Whether to jump.
  bool Step(const bpf_insn& now) {
    uint64_t& to = registers_[now.dst_reg];
    const auto value = static_cast<uint64_t>(int64_t{now.imm});
    switch (now.code) {
      case BPF_LDX | BPF_MEM | BPF_W:
        to = context_[static_cast<size_t>(now.off) / sizeof(uint32_t)];
        return false;
      case BPF_ALU64 | BPF_MOV | BPF_X:
        to = registers_[now.src_reg];
        return false;
      case BPF_ALU64 | BPF_MOV | BPF_K:
        to = value;
        return false;
      case BPF_ALU64 | BPF_XOR | BPF_K:
        to ^= value;
        return false;
      case BPF_ALU64 | BPF_AND | BPF_K:
        to &= value;
        return false;
      case BPF_ALU64 | BPF_RSH | BPF_K:
        to >>= value;
        return false;
      case BPF_ALU64 | BPF_LSH | BPF_K:
        to <<= value;
        return false;
      case BPF_ALU64 | BPF_ARSH | BPF_K:
        to = static_cast<uint64_t>(static_cast<int64_t>(to) >> value);
        return false;
      case BPF_ALU64 | BPF_OR | BPF_X:
        to |= registers_[now.src_reg];
        return false;
      case BPF_JMP | BPF_JEQ | BPF_K:
        return to == value;
      case BPF_JMP | BPF_JNE | BPF_K:
        return to != value;
      case BPF_JMP | BPF_JSET | BPF_K:
        return (to & value) != 0;
      case BPF_JMP | BPF_JA | BPF_K:
        return true;
      default:
        ADD_FAILURE() << "unknown code " << int{now.code};
        return false;
    }
  }

  const uint32_t context_[3];
  uint64_t registers_[11] = {};
};

bool Allows(const std::vector<spec::DeviceRule>& rules, const Use& use) {
  return Machine(use).Run(DeviceProgram(DeviceAccessFrom(rules))) == 1;
}

const spec::DeviceRule kAllowAll = {true, kAny, {}, {}, "rwm"};
const spec::DeviceRule kDenyAll = {false, kAny, {}, {}, "rwm"};

struct Case {
  std::string name;
  std::vector<spec::DeviceRule> rules;
  Use use;
  bool allowed;
};

TEST(DeviceProgram, AllowsWhatTheRulesSay) {
  const spec::DeviceRule fuse = {true, kCharacter, 10, 229, "rw"};
  for (const Case& c : std::vector<Case>{
           {"null by default", {}, {kCharacter, 1, 3, "rw"}, true},
           {"a terminal by default", {}, {kCharacter, 136, 77, "rw"}, true},
           {"any node may be made", {}, {kBlock, 8, 0, "m"}, true},
           {"a disk", {}, {kBlock, 8, 0, "r"}, false},
           {"kmsg", {}, {kCharacter, 1, 11, "r"}, false},
           {"another kind of 1:3", {}, {kBlock, 1, 3, "r"}, false},
           {"allowed", {kDenyAll, fuse}, {kCharacter, 10, 229, "rw"}, true},
           {"a part of it", {kDenyAll, fuse}, {kCharacter, 10, 229, "r"}, true},
           {"made by default, used by the rule",
            {kDenyAll, fuse},
            {kCharacter, 10, 229, "rwm"},
            true},
           {"more than allowed",
            {{true, kBlock, 8, {}, "r"}},
            {kBlock, 8, 1, "rw"},
            false},
           {"its neighbour", {fuse}, {kCharacter, 10, 228, "r"}, false},
           {"all", {kDenyAll, kAllowAll}, {kBlock, 8, 0, "rwm"}, true},
           {"all but one",
            {kAllowAll, {false, kBlock, 8, 0, "w"}},
            {kBlock, 8, 0, "w"},
            false},
           {"all but writing to it",
            {kAllowAll, {false, kBlock, 8, 0, "w"}},
            {kBlock, 8, 0, "r"},
            true},
           {"the others",
            {kAllowAll, {false, kBlock, 8, 0, "w"}},
            {kBlock, 8, 1, "rw"},
            true},
           {"taken back from a wider one",
            {{true, kBlock, {}, {}, "rw"}, {false, kBlock, 8, 0, "w"}},
            {kBlock, 8, 0, "rw"},
            false},
           {"allowed again",
            {{false, kBlock, 8, {}, "rw"}, {true, kBlock, 8, 0, "rw"}},
            {kBlock, 8, 0, "rw"},
            true},
           {"a number that no device has",
            {{true, kBlock, 4294967295, 0, "rw"}},
            {kBlock, 8, 0, "r"},
            false},
           {"another that would be the same",
            {{true, kBlock, 4096 + 8, 0, "rwm"}},
            {kBlock, 8, 0, "r"},
            false},
           {"both kinds, but not all that follows",
            {{false, kBlock, 8, 0, "rwm"},
             {true, kBlock, {}, {}, "rwm"},
             {true, kCharacter, {}, {}, "rwm"},
             {false, kCharacter, 1, 3, "rwm"}},
            {kBlock, 8, 0, "rwm"},
            true},
       }) {
    EXPECT_EQ(Allows(c.rules, c.use), c.allowed) << c.name;
  }
}

// The same by definition: for each access the last rule that speaks of it.
bool Expected(const DeviceAccess& access, const Use& use) {
  for (const char wanted : use.access) {
    bool allowed = access.others_allowed;
    for (const spec::DeviceRule& rule : access.rules) {
      if ((rule.kind == kAny || rule.kind == use.kind) &&
          rule.major.value_or(use.major) == use.major &&
          rule.minor.value_or(use.minor) == use.minor &&
          rule.access.find(wanted) != std::string::npos) {
        allowed = rule.allow;
      }
    }
    if (!allowed) return false;
  }
  return true;
}

constexpr const char* kAccesses[] = {"r", "w", "m", "rw", "rm", "wm", "rwm"};

// With the highest that there are, and the first with the sign of an int.
constexpr uint32_t kMajors[] = {1, 136, 2048, 4095};
constexpr uint32_t kMinors[] = {0, 3, 0x80000, 0xfffff};

class Dice {
 public:
  size_t Below(size_t count) { return source_() % count; }
  spec::DeviceRule Rule() {
    const auto number =
        [&](const uint32_t(&numbers)[4]) -> std::optional<uint32_t> {
      const size_t drawn = Below(6);
      if (drawn >= std::size(numbers)) return std::nullopt;
      return numbers[drawn];
    };
    constexpr spec::DeviceKind kKinds[] = {kAny, kCharacter, kBlock};
    // The last has instructions of its own.
    const size_t drawn = Below(2 * std::size(kAccesses));
    const char* const access =
        kAccesses[std::min(drawn, std::size(kAccesses) - 1)];
    return {Below(2) == 1, kKinds[Below(3)], number(kMajors), number(kMinors),
            access};
  }

 private:
  std::mt19937 source_{20261128};
};

TEST(DeviceProgram, DoesWhatRandomRulesSay) {
  Dice dice;
  int allowed = 0;
  int all = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<spec::DeviceRule> rules;
    for (size_t i = dice.Below(8); i > 0; --i) rules.push_back(dice.Rule());
    const DeviceAccess access = DeviceAccessFrom(rules);
    const std::vector<bpf_insn> program = DeviceProgram(access);
    for (const spec::DeviceKind kind : {kCharacter, kBlock}) {
      for (uint32_t number = 0; number < 16; ++number) {
        for (const char* wanted : kAccesses) {
          const Use use = {kind, kMajors[number / 4], kMinors[number % 4],
                           wanted};
          const bool expected = Expected(access, use);
          allowed += expected;
          ++all;
          ASSERT_EQ(Machine(use).Run(program) == 1, expected)
              << "round " << round << ", " << use.major << ":" << use.minor
              << " " << wanted;
        }
      }
    }
  }
  // Neither side is hardly tried.
  EXPECT_GT(allowed, all / 10);
  EXPECT_LT(allowed, all - all / 10);
}

// The verifier's work is the branches, and by far the most of a load.
TEST(DeviceProgram, HasABranchForEachDevice) {
  const std::vector<bpf_insn> program = DeviceProgram(DeviceAccessFrom({}));
  const auto branches =
      std::count_if(program.begin(), program.end(), [](const bpf_insn& one) {
        return BPF_CLASS(one.code) == BPF_JMP && BPF_OP(one.code) != BPF_EXIT;
      });
  // Eight devices, pseudo-terminals, their kind, and nodes of all.
  EXPECT_EQ(branches, 11);
}

// Further than one jump reaches, and what the rules say nevertheless.
TEST(DeviceProgram, TakesManyRules) {
  std::vector<spec::DeviceRule> rules;
  for (uint32_t i = 0; i < 15000; ++i) {
    rules.push_back({i % 3 == 0, i % 2 == 0 ? kBlock : kCharacter, 300, i,
                     i % 5 == 0 ? "rw" : "rwm"});
  }
  const DeviceAccess access = DeviceAccessFrom(rules);
  const std::vector<bpf_insn> program = DeviceProgram(access);
  for (const uint32_t minor : {0U, 1U, 2U, 3U, 7000U, 14998U, 14999U}) {
    for (const spec::DeviceKind kind : {kCharacter, kBlock}) {
      const Use use = {kind, 300, minor, "rw"};
      EXPECT_EQ(Machine(use).Run(program) == 1, Expected(access, use)) << minor;
    }
  }
  EXPECT_EQ(Machine({kCharacter, 1, 3, "rw"}).Run(program), 1);
  EXPECT_EQ(Machine({kCharacter, 1, 11, "rw"}).Run(program), 0);
}

// -1 and errno if the kernel's verifier refuses it.
int LoadIntoKernel(const std::vector<bpf_insn>& program) {
  bpf_attr attributes = {};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<uintptr_t>(program.data());
  attributes.insn_cnt = static_cast<uint32_t>(program.size());
  attributes.license = reinterpret_cast<uintptr_t>("Apache-2.0");
  return static_cast<int>(
      syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes)));
}

TEST(DeviceProgram, IsWhatTheKernelTakes) {
  Dice dice;
  std::vector<std::vector<spec::DeviceRule>> all = {{}, {kAllowAll, kDenyAll}};
  // Nothing that the first says can be reached, but the verifier has to be able
  // to.
  all.push_back({{false, kBlock, 8, 0, "rwm"},
                 {true, kBlock, {}, {}, "rwm"},
                 {true, kCharacter, {}, {}, "rwm"}});
  // Further than a jump reaches.
  std::vector<spec::DeviceRule>& many = all.emplace_back();
  for (uint32_t i = 0; i < 15000; ++i) {
    many.push_back({true, i % 2 == 0 ? kBlock : kCharacter, 300, i, "rwm"});
  }
  // Of what the verifier could learn of one more with each.
  std::vector<spec::DeviceRule>& mixed = all.emplace_back();
  for (uint32_t i = 0; i < 160; ++i) {
    mixed.push_back({true, kCharacter, 200 + i, {}, "rw"});
    mixed.push_back({true, kCharacter, {}, 1000 + i, "rw"});
    mixed.push_back({true, kCharacter, 200 + i, i, "rw"});
  }
  for (int round = 0; round < 200; ++round) {
    std::vector<spec::DeviceRule>& rules = all.emplace_back();
    for (size_t i = dice.Below(12); i > 0; --i) rules.push_back(dice.Rule());
  }
  for (const std::vector<spec::DeviceRule>& rules : all) {
    const DeviceAccess access = DeviceAccessFrom(rules);
    const int fd = LoadIntoKernel(DeviceProgram(access));
    if (fd < 0 && (errno == EPERM || errno == ENOSYS)) {
      GTEST_SKIP() << "bpf(2) is not allowed here";
    }
    ASSERT_GE(fd, 0) << "errno " << errno << ", " << rules.size() << " rules";
    close(fd);
  }
}

struct TakenBack {
  std::string name;
  std::vector<spec::DeviceRule> rules;
  std::string message;  // of an error; empty: none
};

TEST(CheckDevicesV1, RefusesWhatTheKernelWouldPassOver) {
  const std::string error =
      "linux.resources.devices[2]: takes back a part of devices[1], which "
      "cgroup v1 can't; list the devices one by one instead";
  const spec::DeviceRule disks = {true, kBlock, 8, {}, "rwm"};
  for (const TakenBack& c : std::vector<TakenBack>{
           {"nothing", {}, ""},
           {"a part", {kDenyAll, disks, {false, kBlock, 8, 0, "w"}}, error},
           {"of both kinds",
            {kDenyAll, disks, {false, kAny, 8, 0, "w"}},
            error},
           {"the same numbers",
            {kDenyAll, disks, {false, kAny, 8, {}, "w"}},
            ""},
           {"others", {kDenyAll, disks, {false, kBlock, 9, 0, "w"}}, ""},
           {"another kind",
            {kDenyAll, disks, {false, kCharacter, 8, 0, "w"}},
            ""},
           {"another access",
            {kDenyAll, {true, kBlock, 8, {}, "r"}, {false, kBlock, 8, 0, "w"}},
            ""},
           {"an exception of an exception",
            {kAllowAll, {false, kBlock, 8, {}, "w"}, {true, kBlock, 8, 0, "w"}},
            error},
           {"all", {kDenyAll, disks, kDenyAll}, ""},
       }) {
    EXPECT_EQ(CheckDevicesV1(c.rules).message(), c.message) << c.name;
  }
}

}  // namespace
}  // namespace chmdocker::cgroups
