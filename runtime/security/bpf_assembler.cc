#include "runtime/security/bpf_assembler.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chmdocker::security {
namespace {

constexpr size_t kMaxJump = 255;

}  // namespace

BpfAssembler::Label BpfAssembler::Write(const sock_filter& instruction) {
  backwards_.push_back(instruction);
  return backwards_.size() - 1;
}

bool BpfAssembler::InReach(Label target) const {
  return backwards_.size() - 1 - target <= kMaxJump;
}

BpfAssembler::Label BpfAssembler::BringNear(Label target) {
  const auto known = near_.find(target);
  if (known != near_.end() && InReach(known->second)) return known->second;
  const sock_filter instruction = backwards_[target];
  const bool returns = BPF_CLASS(instruction.code) == BPF_RET;
  const auto distance = static_cast<uint32_t>(backwards_.size() - 1 - target);
  const Label stand_in = Write(
      returns ? instruction : sock_filter{BPF_JMP | BPF_JA, 0, 0, distance});
  near_[target] = stand_in;
  return stand_in;
}

void BpfAssembler::ContinueAt(Label target) {
  if (target + 1 == backwards_.size()) return;
  const auto distance = static_cast<uint32_t>(backwards_.size() - 1 - target);
  Write({BPF_JMP | BPF_JA, 0, 0, distance});
}

BpfAssembler::Label BpfAssembler::Return(uint32_t value) {
  const auto known = returns_.find(value);
  if (known != returns_.end()) return known->second;
  const Label label = Write({BPF_RET | BPF_K, 0, 0, value});
  returns_[value] = label;
  return label;
}

BpfAssembler::Label BpfAssembler::Jump(uint16_t comparison, uint32_t operand,
                                       Label yes, Label no) {
  if (yes == no) return yes;
  // A stand-in for one of them moves the other farther away.
  while (!InReach(yes) || !InReach(no)) {
    Label& far = InReach(yes) ? no : yes;
    far = BringNear(far);
  }
  const auto offset = [this](Label target) {
    return static_cast<uint8_t>(backwards_.size() - 1 - target);
  };
  return Write({static_cast<uint16_t>(BPF_JMP | comparison | BPF_K),
                offset(yes), offset(no), operand});
}

BpfAssembler::Label BpfAssembler::Load(uint32_t offset, Label next) {
  ContinueAt(next);
  return Write({BPF_LD | BPF_W | BPF_ABS, 0, 0, offset});
}

BpfAssembler::Label BpfAssembler::And(uint32_t mask, Label next) {
  ContinueAt(next);
  return Write({BPF_ALU | BPF_AND | BPF_K, 0, 0, mask});
}

std::vector<sock_filter> BpfAssembler::Finish() const {
  return {backwards_.rbegin(), backwards_.rend()};
}

}  // namespace chmdocker::security
