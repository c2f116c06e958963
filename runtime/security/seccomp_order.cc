#include "runtime/security/seccomp_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompOperator;

// What one word of an argument is compared with.
struct Word {
  uint32_t place;  // ascending by argument, its upper word after its lower
  SeccompOperator op;
  uint32_t mask;
  uint32_t value;
};

size_t WordCount(const CallRule& rule, SyscallAbi abi) {
  return rule.tests.size() * (abi == SyscallAbi::kX86_64 ? 2 : 1);
}

// Of each argument the upper word comes first, where there is one.
Word WordAt(const CallRule& rule, SyscallAbi abi, size_t i) {
  const bool wide = abi == SyscallAbi::kX86_64;
  const ArgumentTest& test = rule.tests[wide ? i / 2 : i];
  const bool upper = wide && i % 2 == 0;
  const int shift = upper ? 32 : 0;
  return {test.argument * 2 + (upper ? 1 : 0), test.op,
          static_cast<uint32_t>(test.mask >> shift),
          static_cast<uint32_t>(test.value >> shift)};
}

int Precedence(SeccompOperator op) {
  switch (op) {
    case SeccompOperator::kEqual:
    case SeccompOperator::kNotEqual:
    case SeccompOperator::kMaskedEqual:
      return 2;
    case SeccompOperator::kLess:
    case SeccompOperator::kLessOrEqual:
      return 1;
    case SeccompOperator::kGreater:
    case SeccompOperator::kGreaterOrEqual:
      return 0;
  }
}

// The comparison that decides: of an opposite pair it is the same one.
SeccompOperator Positive(SeccompOperator op) {
  switch (op) {
    case SeccompOperator::kEqual:
    case SeccompOperator::kNotEqual:
      return SeccompOperator::kEqual;
    case SeccompOperator::kMaskedEqual:
      return SeccompOperator::kMaskedEqual;
    case SeccompOperator::kLess:
    case SeccompOperator::kGreaterOrEqual:
      return SeccompOperator::kGreaterOrEqual;
    case SeccompOperator::kLessOrEqual:
    case SeccompOperator::kGreater:
      return SeccompOperator::kGreater;
  }
}

// Whether both are one comparison in libseccomp's tree, in which what follows
// decides. Of upper words all orders are compared by "greater" first.
bool SameComparison(const Word& a, const Word& b, bool upper) {
  if (a.place != b.place || a.mask != b.mask || a.value != b.value) {
    return false;
  }
  if (Positive(a.op) == Positive(b.op)) return true;
  return upper && Precedence(a.op) < 2 && Precedence(b.op) < 2;
}

bool Below(const Word& a, const Word& b) {
  if (a.place != b.place) return a.place < b.place;
  const int rank = Precedence(a.op);
  if (rank != Precedence(b.op)) return rank < Precedence(b.op);
  return rank == 1 ? a.value > b.value : a.value < b.value;
}

bool Precedes(const CallRule& rule, const CallRule& other, SyscallAbi abi) {
  const size_t count = std::min(WordCount(rule, abi), WordCount(other, abi));
  for (size_t i = 0; i < count; ++i) {
    const Word word = WordAt(rule, abi, i);
    const Word its = WordAt(other, abi, i);
    if (SameComparison(word, its, word.place % 2 == 1)) continue;
    return Below(its, word);
  }
  return false;
}

}  // namespace

void AddInOrder(CallRules& rules, CallRule rule, SyscallAbi abi) {
  // Whatever holds for the new rule holds for one that was there.
  for (const CallRule& other : rules) {
    if (std::includes(rule.tests.begin(), rule.tests.end(), other.tests.begin(),
                      other.tests.end())) {
      return;
    }
  }
  if (rule.tests.empty()) rules.clear();
  const auto place = std::find_if(rules.begin(), rules.end(),
                                  [&rule, abi](const CallRule& other) {
                                    return Precedes(rule, other, abi);
                                  });
  rules.insert(place, std::move(rule));
}

}  // namespace chmdocker::security
