#include "runtime/cgroups/device_program.h"

#include <linux/bpf.h>
#include <stddef.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/cgroups/device_rules.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

// What is in the registers while the rules are gone through.
constexpr uint8_t kResult = BPF_REG_0;
constexpr uint8_t kContext = BPF_REG_1;
constexpr uint8_t kType = BPF_REG_2;
constexpr uint8_t kWanted = BPF_REG_3;  // access that no rule has allowed yet
constexpr uint8_t kMajor = BPF_REG_4;
constexpr uint8_t kMinor = BPF_REG_5;
constexpr uint8_t kDevice = BPF_REG_6;  // both, as NumbersOf has them

constexpr int32_t kAllAccess =
    BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD;

// The kernel's dev_t: 12 and 20 bits.
constexpr int kMinorBits = 20;
constexpr uint32_t kMostMajor = (1U << 12) - 1;
constexpr uint32_t kMostMinor = (1U << kMinorBits) - 1;

bpf_insn Instruction(int code, uint8_t to, int32_t value) {
  bpf_insn made = {};
  made.code = static_cast<uint8_t>(code);
  made.dst_reg = to;
  made.imm = value;
  return made;
}

bpf_insn Operate(int operation, uint8_t to, int32_t value) {
  return Instruction(BPF_ALU64 | operation | BPF_K, to, value);
}

bpf_insn OperateWith(int operation, uint8_t to, uint8_t from) {
  bpf_insn made = Instruction(BPF_ALU64 | operation | BPF_X, to, 0);
  made.src_reg = from;
  return made;
}

bpf_insn Load(uint8_t to, size_t offset) {
  bpf_insn made = Instruction(BPF_LDX | BPF_MEM | BPF_W, to, 0);
  made.src_reg = kContext;
  made.off = static_cast<int16_t>(offset);
  return made;
}

// Goes on `distance` instructions behind the next one.
bpf_insn Jump(int condition, uint8_t left, int32_t right, size_t distance) {
  bpf_insn made = Instruction(BPF_JMP | condition | BPF_K, left, right);
  made.off = static_cast<int16_t>(distance);
  return made;
}

using Program = std::vector<bpf_insn>;

int32_t AccessBits(const std::string& access) {
  int32_t bits = 0;
  for (const char c : access) {
    if (c == 'r') bits |= BPF_DEVCG_ACC_READ;
    if (c == 'w') bits |= BPF_DEVCG_ACC_WRITE;
    if (c == 'm') bits |= BPF_DEVCG_ACC_MKNOD;
  }
  return bits;
}

// Above, a rule speaks of no device.
bool AreNumbers(const spec::DeviceRule& rule) {
  return rule.major.value_or(0) <= kMostMajor &&
         rule.minor.value_or(0) <= kMostMinor;
}

// What a register has to have in it.
struct Condition {
  uint8_t left;
  int32_t right;
};

std::optional<Condition> NumbersOf(const spec::DeviceRule& rule) {
  if (rule.major && rule.minor) {
    return Condition{
        kDevice, static_cast<int32_t>(*rule.major << kMinorBits | *rule.minor)};
  }
  if (rule.major) return Condition{kMajor, static_cast<int32_t>(*rule.major)};
  if (rule.minor) return Condition{kMinor, static_cast<int32_t>(*rule.minor)};
  return std::nullopt;
}

// The rules as instructions, in the order in which they are tried. The kernel's
// verifier follows each branch to the end, which takes longer than anything
// else about a small program (178 us for one of 30 branches, 66 with 11):
// mostly a rule is a single one, to where all return.
class Assembler {
 public:
  Assembler() {
    // The word of the context with two values in it has to be read whole.
    program_ = {
        Load(kWanted, offsetof(bpf_cgroup_dev_ctx, access_type)),
        OperateWith(BPF_MOV, kType, kWanted),
        Operate(BPF_AND, kType, 0xffff),
        Operate(BPF_RSH, kWanted, 16),
        Load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
        Load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
        // With the sign that the constant of an instruction gets.
        OperateWith(BPF_MOV, kDevice, kMajor),
        Operate(BPF_LSH, kDevice, 32 + kMinorBits),
        OperateWith(BPF_MOV, kResult, kMinor),
        Operate(BPF_LSH, kResult, 32),
        OperateWith(BPF_OR, kDevice, kResult),
        Operate(BPF_ARSH, kDevice, 32),
    };
  }

  // As if the rule were for this kind.
  void Add(const spec::DeviceRule& rule, spec::DeviceKind kind) {
    const int32_t access = AccessBits(rule.access);
    if (!AreNumbers(rule) || access == 0) return;
    ReturnIfFar();
    EnterKind(kind);
    const std::optional<Condition> numbers = NumbersOf(rule);
    if (access == kAllAccess) return AddForAll(numbers, rule.allow);
    if (numbers) Unless(*numbers, rule.allow ? 2 : 1);
    if (!rule.allow) return Decide(BPF_JSET, {kWanted, access}, false);
    (void)Emit(Operate(BPF_AND, kWanted, ~access));
    Decide(BPF_JEQ, {kWanted, 0}, true);
  }

  // `allowed`: what no rule speaks of.
  Program End(bool allowed) {
    LeaveKind();
    Return(allowed);
    ReturnIfDecided(!allowed);
    return std::move(program_);
  }

 private:
  // Returns where it is. A call is smaller than what it does, ten times.
  [[gnu::noinline]] size_t Emit(const bpf_insn& instruction) {
    program_.push_back(instruction);
    return program_.size() - 1;
  }

  // To where this is returned, if the condition is met.
  void Decide(int comparison, const Condition& condition, bool allowed) {
    decisions_[allowed].push_back(
        Emit(Jump(comparison, condition.left, condition.right, 0)));
  }

  // Goes over the next `skipped` instructions if the condition is not met. By
  // way of a register that has nothing else to say: the verifier follows on
  // what it has learnt of one that is compared, and the ways to go would
  // multiply.
  void Unless(const Condition& condition, size_t skipped) {
    (void)Emit(OperateWith(BPF_MOV, kResult, condition.left));
    (void)Emit(Operate(BPF_XOR, kResult, condition.right));
    (void)Emit(Jump(BPF_JNE, kResult, 0, skipped));
  }

  void AddForAll(const std::optional<Condition>& numbers, bool allowed) {
    if (numbers) return Decide(BPF_JEQ, *numbers, allowed);
    Decide(BPF_JA, {}, allowed);
    // What follows can't be reached but from in front of the test of the kind.
    LeaveKind();
  }

  // Rules for one kind of device that follow each other share its test.
  void EnterKind(spec::DeviceKind kind) {
    if (kind == kind_) return;
    LeaveKind();
    kind_ = kind;
    if (kind == spec::DeviceKind::kAny) return;
    const bool block = kind == spec::DeviceKind::kBlock;
    kind_test_ = Emit(Jump(
        BPF_JNE, kType, block ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR, 0));
  }
  void LeaveKind() {
    if (kind_ != spec::DeviceKind::kAny) LeadHere(kind_test_);
    kind_ = spec::DeviceKind::kAny;
  }

  void LeadHere(size_t jump) {
    program_[jump].off = static_cast<int16_t>(program_.size() - jump - 1);
  }

  // What comes to here returns, and all that has decided so until now.
  void Return(bool allowed) {
    for (const size_t decision : decisions_[allowed]) LeadHere(decision);
    decisions_[allowed].clear();
    (void)Emit(Operate(BPF_MOV, kResult, allowed ? 1 : 0));
    (void)Emit(Instruction(BPF_JMP | BPF_EXIT, 0, 0));
  }

  // The verifier takes nothing that can't be reached.
  void ReturnIfDecided(bool allowed) {
    if (!decisions_[allowed].empty()) Return(allowed);
  }

  // A jump goes over 32,767 instructions at most. The verifier takes no more
  // than 8192 rules of one kind in a row, but twice as many of both in turns.
  void ReturnIfFar() {
    constexpr size_t kFar = 16384;
    if (program_.size() < near_ + kFar) return;
    LeaveKind();
    const size_t over = Emit(Jump(BPF_JA, 0, 0, 0));
    ReturnIfDecided(false);
    ReturnIfDecided(true);
    LeadHere(over);
    near_ = program_.size();
  }

  Program program_;
  std::vector<size_t> decisions_[2];  // jumps, by what is decided
  spec::DeviceKind kind_ = spec::DeviceKind::kAny;
  size_t kind_test_ = 0;
  size_t near_ = 0;
};

// Whether one rule for both kinds of device says what these two say. Not where
// it would decide all, as nothing behind it could be reached.
bool AreForBothKinds(const spec::DeviceRule& a, const spec::DeviceRule& b) {
  if (AccessBits(a.access) == kAllAccess && !NumbersOf(a)) return false;
  return a.kind != b.kind && a.kind != spec::DeviceKind::kAny &&
         b.kind != spec::DeviceKind::kAny && a.allow == b.allow &&
         a.major == b.major && a.minor == b.minor && a.access == b.access;
}

}  // namespace

Program DeviceProgram(const DeviceAccess& access) {
  Assembler assembler;
  const std::vector<spec::DeviceRule>& rules = access.rules;
  for (size_t i = rules.size(); i > 0; --i) {
    const spec::DeviceRule& rule = rules[i - 1];
    const bool both = i > 1 && AreForBothKinds(rule, rules[i - 2]);
    if (both) --i;
    assembler.Add(rule, both ? spec::DeviceKind::kAny : rule.kind);
  }
  return assembler.End(access.others_allowed);
}

}  // namespace chmdocker::cgroups
