#include "runtime/security/bpf_simulator.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/types/span.h"

namespace chmdocker::security {
namespace {

std::optional<bool> Compare(const sock_filter& jump, uint32_t accumulator) {
  switch (BPF_OP(jump.code)) {
    case BPF_JEQ:
      return accumulator == jump.k;
    case BPF_JGT:
      return accumulator > jump.k;
    case BPF_JGE:
      return accumulator >= jump.k;
    case BPF_JSET:
      return (accumulator & jump.k) != 0;
    default:
      return std::nullopt;
  }
}

std::optional<uint32_t> Load(const seccomp_data& call, uint32_t offset) {
  if (offset % sizeof(uint32_t) != 0 || offset >= sizeof(call)) {
    return std::nullopt;
  }
  uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const char*>(&call) + offset,
              sizeof(word));
  return word;
}

}  // namespace

std::optional<BpfVerdict> RunBpf(absl::Span<const sock_filter> program,
                                 const seccomp_data& call) {
  uint32_t accumulator = 0;
  BpfVerdict verdict;
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& now = program[at];
    ++verdict.steps;
    if (now.code == (BPF_RET | BPF_K)) {
      verdict.action = now.k;
      return verdict;
    }
    if (now.code == (BPF_LD | BPF_W | BPF_ABS)) {
      const std::optional<uint32_t> word = Load(call, now.k);
      if (!word.has_value()) return std::nullopt;
      accumulator = *word;
    } else if (now.code == (BPF_ALU | BPF_AND | BPF_K)) {
      accumulator &= now.k;
    } else if (now.code == (BPF_JMP | BPF_JA)) {
      at += now.k;
    } else {
      const std::optional<bool> holds = Compare(now, accumulator);
      if (BPF_CLASS(now.code) != BPF_JMP || !holds.has_value()) {
        return std::nullopt;
      }
      at += *holds ? now.jt : now.jf;
    }
  }
  return std::nullopt;
}

}  // namespace chmdocker::security
