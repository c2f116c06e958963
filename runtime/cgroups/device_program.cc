#include "runtime/cgroups/device_program.h"

#include <linux/bpf.h>
#include <stddef.h>

#include <cstdint>
#include <optional>
#include <string>
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

constexpr int32_t kAllAccess =
    BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD;

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

bpf_insn Copy(uint8_t to, uint8_t from) {
  bpf_insn made = Instruction(BPF_ALU64 | BPF_MOV | BPF_X, to, 0);
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

void Return(bool allowed, Program* program) {
  program->push_back(Operate(BPF_MOV, kResult, allowed ? 1 : 0));
  program->push_back(Instruction(BPF_JMP | BPF_EXIT, 0, 0));
}

int32_t AccessBits(const std::string& access) {
  int32_t bits = 0;
  for (const char c : access) {
    if (c == 'r') bits |= BPF_DEVCG_ACC_READ;
    if (c == 'w') bits |= BPF_DEVCG_ACC_WRITE;
    if (c == 'm') bits |= BPF_DEVCG_ACC_MKNOD;
  }
  return bits;
}

// Device numbers have 12 and 20 bits; above, a rule speaks of no device, and
// the constant of an instruction would be a negative one.
bool IsNumber(std::optional<uint32_t> number) {
  return number.value_or(0) <= INT32_MAX;
}

struct Condition {
  uint8_t left;
  int32_t right;
};

std::vector<Condition> Conditions(const spec::DeviceRule& rule) {
  std::vector<Condition> conditions;
  if (rule.kind != spec::DeviceKind::kAny) {
    conditions.push_back({kType, rule.kind == spec::DeviceKind::kBlock
                                     ? BPF_DEVCG_DEV_BLOCK
                                     : BPF_DEVCG_DEV_CHAR});
  }
  if (rule.major) {
    conditions.push_back({kMajor, static_cast<int32_t>(*rule.major)});
  }
  if (rule.minor) {
    conditions.push_back({kMinor, static_cast<int32_t>(*rule.minor)});
  }
  return conditions;
}

// What is done for a device that the rule speaks of; goes on behind its end
// when other rules have a say, too.
Program Verdict(const spec::DeviceRule& rule) {
  const int32_t access = AccessBits(rule.access);
  Program verdict;
  constexpr size_t kReturnSize = 2;
  if (access != kAllAccess && rule.allow) {
    verdict.push_back(Operate(BPF_AND, kWanted, ~access));
    verdict.push_back(Jump(BPF_JNE, kWanted, 0, kReturnSize));
  } else if (access != kAllAccess) {
    verdict.push_back(Jump(BPF_JSET, kWanted, access, 1));
    verdict.push_back(Jump(BPF_JA, 0, 0, kReturnSize));
  }
  Return(rule.allow, &verdict);
  return verdict;
}

void AddRule(const spec::DeviceRule& rule, Program* program) {
  if (!IsNumber(rule.major) || !IsNumber(rule.minor)) return;
  const Program verdict = Verdict(rule);
  const std::vector<Condition> conditions = Conditions(rule);
  size_t left = conditions.size() + verdict.size();
  for (const Condition& condition : conditions) {
    program->push_back(Jump(BPF_JNE, condition.left, condition.right, --left));
  }
  program->insert(program->end(), verdict.begin(), verdict.end());
}

}  // namespace

Program DeviceProgram(const DeviceAccess& access) {
  // The word of the context with two values in it has to be read whole.
  Program program = {
      Load(kWanted, offsetof(bpf_cgroup_dev_ctx, access_type)),
      Copy(kType, kWanted),
      Operate(BPF_AND, kType, 0xffff),
      Operate(BPF_RSH, kWanted, 16),
      Load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
      Load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
  };
  for (auto rule = access.rules.rbegin(); rule != access.rules.rend(); ++rule) {
    AddRule(*rule, &program);
  }
  Return(access.others_allowed, &program);
  return program;
}

}  // namespace chmdocker::cgroups
