// Writes a classic BPF program (linux/filter.h). Jumps only go forward, so it
// is written from its end: what is jumped to is there before the jump.
#ifndef CHMDOCKER_RUNTIME_SECURITY_BPF_ASSEMBLER_H_
#define CHMDOCKER_RUNTIME_SECURITY_BPF_ASSEMBLER_H_

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace chmdocker::security {

class BpfAssembler {
 public:
  // An instruction that was written: how many come after it.
  using Label = size_t;

  // Each of these writes an instruction in front of all others, if there is a
  // need for one, and returns what to jump to for its effect.

  Label Return(uint32_t value);
  // Compares the accumulator by BPF_JEQ, _JGE, _JGT or _JSET.
  Label Jump(uint16_t comparison, uint32_t operand, Label yes, Label no);
  // The 32-bit word at `offset` of seccomp_data into the accumulator.
  Label Load(uint32_t offset, Label next);
  Label And(uint32_t mask, Label next);

  size_t size() const { return backwards_.size(); }

  // The program, first instruction first.
  std::vector<sock_filter> Finish() const;

 private:
  Label Write(const sock_filter& instruction);
  // Whether a conditional jump written now could go to `target`: its offset
  // has 8 bits.
  bool InReach(Label target) const;
  // A place in reach with the effect of `target`.
  Label BringNear(Label target);
  // Makes `target` what comes after the instruction that is written next.
  void ContinueAt(Label target);

  std::vector<sock_filter> backwards_;
  std::map<uint32_t, Label> returns_;
  std::map<Label, Label> near_;  // the latest stand-in of a label
};

// From `first` up to the next run's first, or to the last number there is.
struct BpfRun {
  uint32_t first;
  BpfAssembler::Label target;

  friend bool operator==(const BpfRun&, const BpfRun&) = default;
};

// Jumps by the accumulator to the target of the run that it is in. `runs`
// begin with 0 and ascend; neighbours with one target count as one run.
BpfAssembler::Label WriteSearch(BpfAssembler& assembler,
                                absl::Span<const BpfRun> runs);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_BPF_ASSEMBLER_H_
