#include "runtime/security/bpf_rules.h"

#include <linux/bpf_common.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <vector>

#include "absl/types/span.h"
#include "runtime/security/bpf_assembler.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using Label = BpfAssembler::Label;
using spec::SeccompOperator;

// Where an argument leads to, by where its values begin; 0 is one of them.
using Values = std::map<uint64_t, Label>;

uint32_t LowWord(uint32_t argument) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args) +
                               argument * sizeof(uint64_t));
}

// The upper half of an argument, of a little-endian machine.
uint32_t HighWord(uint32_t argument) {
  return LowWord(argument) + static_cast<uint32_t>(sizeof(uint32_t));
}

uint64_t Largest(SyscallAbi abi) {
  return abi == SyscallAbi::kX86_64 ? std::numeric_limits<uint64_t>::max()
                                    : std::numeric_limits<uint32_t>::max();
}

// The values from `first` to `last` lead to `target`.
void Assign(Values& values, uint64_t first, uint64_t last, uint64_t largest,
            Label target) {
  if (last < largest) {
    const Label behind = std::prev(values.upper_bound(last + 1))->second;
    values.insert({last + 1, behind});
  }
  values.erase(values.lower_bound(first), values.upper_bound(last));
  values[first] = target;
}

// The values for which `test` holds lead to `target`.
void AssignTest(Values& values, const ArgumentTest& test, uint64_t largest,
                Label target) {
  const uint64_t value = test.value;
  const auto assign = [&](uint64_t first, uint64_t last) {
    Assign(values, first, last, largest, target);
  };
  switch (test.op) {
    case SeccompOperator::kEqual:
      return assign(value, value);
    case SeccompOperator::kNotEqual:
      if (value > 0) assign(0, value - 1);
      if (value < largest) assign(value + 1, largest);
      return;
    case SeccompOperator::kLess:
      if (value > 0) assign(0, value - 1);
      return;
    case SeccompOperator::kLessOrEqual:
      return assign(0, value);
    case SeccompOperator::kGreaterOrEqual:
      return assign(value, largest);
    case SeccompOperator::kGreater:
      if (value < largest) assign(value + 1, largest);
      return;
    case SeccompOperator::kMaskedEqual:
      return;  // no range
  }
}

Label SearchWord(BpfAssembler& assembler, uint32_t word,
                 const std::vector<BpfRun>& runs) {
  const bool one_target = std::all_of(
      runs.begin(), runs.end(),
      [&runs](const BpfRun& run) { return run.target == runs[0].target; });
  if (one_target) return runs[0].target;
  return assembler.Load(word, WriteSearch(assembler, runs));
}

// By the upper word, and by the lower one where that is not enough.
Label SearchArgument(BpfAssembler& assembler, uint32_t argument,
                     const Values& values) {
  std::vector<BpfRun> high;
  auto next = values.begin();
  Label label = next->second;
  while (next != values.end()) {
    const auto upper = static_cast<uint32_t>(next->first >> 32);
    std::vector<BpfRun> low;
    if (static_cast<uint32_t>(next->first) != 0) low.push_back({0, label});
    for (; next != values.end() && next->first >> 32 == upper; ++next) {
      label = next->second;
      low.push_back({static_cast<uint32_t>(next->first), label});
    }
    high.push_back({upper, SearchWord(assembler, LowWord(argument), low)});
    const bool more = upper < std::numeric_limits<uint32_t>::max();
    if (more && (next == values.end() || next->first >> 32 > upper + 1)) {
      high.push_back({upper + 1, label});
    }
  }
  return SearchWord(assembler, HighWord(argument), high);
}

Label SearchArgument(BpfAssembler& assembler, SyscallAbi abi, uint32_t argument,
                     const Values& values) {
  if (abi == SyscallAbi::kX86_64) {
    return SearchArgument(assembler, argument, values);
  }
  std::vector<BpfRun> runs;
  for (const auto& [first, target] : values) {
    runs.push_back({static_cast<uint32_t>(first), target});
  }
  return SearchWord(assembler, LowWord(argument), runs);
}

Label WriteMasked(BpfAssembler& assembler, uint32_t word, uint32_t mask,
                  uint32_t value, Label yes, Label no) {
  if (mask == 0) return yes;
  if (value == 0) {
    return assembler.Load(word, assembler.Jump(BPF_JSET, mask, no, yes));
  }
  if (value == mask && (mask & (mask - 1)) == 0) {
    return assembler.Load(word, assembler.Jump(BPF_JSET, mask, yes, no));
  }
  Label compare = assembler.Jump(BPF_JEQ, value, yes, no);
  if (mask != std::numeric_limits<uint32_t>::max()) {
    compare = assembler.And(mask, compare);
  }
  return assembler.Load(word, compare);
}

Label WriteTest(BpfAssembler& assembler, SyscallAbi abi,
                const ArgumentTest& test, Label yes, Label no) {
  if (yes == no) return yes;
  if (test.op != SeccompOperator::kMaskedEqual) {
    Values values = {{0, no}};
    AssignTest(values, test, Largest(abi), yes);
    return SearchArgument(assembler, abi, test.argument, values);
  }
  const auto low = WriteMasked(assembler, LowWord(test.argument),
                               static_cast<uint32_t>(test.mask),
                               static_cast<uint32_t>(test.value), yes, no);
  if (abi != SyscallAbi::kX86_64) return low;
  return WriteMasked(assembler, HighWord(test.argument),
                     static_cast<uint32_t>(test.mask >> 32),
                     static_cast<uint32_t>(test.value >> 32), low, no);
}

Label WriteRule(BpfAssembler& assembler, SyscallAbi abi, const CallRule& rule,
                Label otherwise) {
  Label next = assembler.Return(rule.action);
  for (auto test = rule.tests.rbegin(); test != rule.tests.rend(); ++test) {
    next = WriteTest(assembler, abi, *test, next, otherwise);
  }
  return next;
}

bool IsRange(const CallRule& rule) {
  return rule.tests.size() == 1 &&
         rule.tests[0].op != SeccompOperator::kMaskedEqual;
}

// Rules on ranges of one argument, as one search.
Label WriteRanges(BpfAssembler& assembler, SyscallAbi abi,
                  absl::Span<const CallRule> rules, Label otherwise) {
  Values values = {{0, otherwise}};
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    AssignTest(values, rule->tests[0], Largest(abi),
               assembler.Return(rule->action));
  }
  return SearchArgument(assembler, abi, rules[0].tests[0].argument, values);
}

}  // namespace

BpfAssembler::Label WriteRules(BpfAssembler& assembler, SyscallAbi abi,
                               const CallRules& rules,
                               BpfAssembler::Label otherwise) {
  Label next = otherwise;
  size_t end = rules.size();
  while (end > 0) {
    size_t begin = end - 1;
    while (begin > 0 && IsRange(rules[begin - 1]) && IsRange(rules[end - 1]) &&
           rules[begin - 1].tests[0].argument ==
               rules[end - 1].tests[0].argument) {
      --begin;
    }
    next = end - begin > 1
               ? WriteRanges(assembler, abi,
                             absl::MakeSpan(rules).subspan(begin, end - begin),
                             next)
               : WriteRule(assembler, abi, rules[begin], next);
    end = begin;
  }
  return next;
}

}  // namespace chmdocker::security
