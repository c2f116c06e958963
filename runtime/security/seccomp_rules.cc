#include "runtime/security/seccomp_rules.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_order.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

constexpr uint32_t kArguments = 6;

absl::Status TooLarge(const std::string& field, uint32_t errno_ret) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", errno_ret, " is larger than 65535"));
}

// `errno_ret` has 16 bits of the filter's return value.
uint32_t ReturnValue(SeccompAction action, std::optional<uint32_t> errno_ret) {
  const uint32_t data = errno_ret.value_or(EPERM);
  switch (action) {
    case SeccompAction::kKillThread:
      return SECCOMP_RET_KILL_THREAD;
    case SeccompAction::kKillProcess:
      return SECCOMP_RET_KILL_PROCESS;
    case SeccompAction::kTrap:
      return SECCOMP_RET_TRAP;
    case SeccompAction::kErrno:
      return SECCOMP_RET_ERRNO | data;
    case SeccompAction::kTrace:
      return SECCOMP_RET_TRACE | data;
    case SeccompAction::kAllow:
      return SECCOMP_RET_ALLOW;
    case SeccompAction::kLog:
      return SECCOMP_RET_LOG;
    case SeccompAction::kNotify:
      return SECCOMP_RET_USER_NOTIF;
  }
}

// A tracer is expected to answer ENOSYS by itself.
bool GetsEnosysStub(SeccompAction default_action) {
  switch (default_action) {
    case SeccompAction::kAllow:
    case SeccompAction::kLog:
    case SeccompAction::kTrace:
      return false;
    case SeccompAction::kKillThread:
    case SeccompAction::kKillProcess:
    case SeccompAction::kTrap:
    case SeccompAction::kErrno:
    case SeccompAction::kNotify:
      return true;
  }
}

absl::StatusOr<std::vector<AbiRules>> ListedAbis(const spec::Seccomp& profile) {
  std::set<SyscallAbi> listed = {SyscallAbi::kX86_64};
  for (const std::string& name : profile.architectures) {
    if (!KnownSeccompArchitecture(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("linux.seccomp.architectures: ", Quote(name),
                       " is not an architecture"));
    }
    const std::optional<SyscallAbi> abi = AbiOfArchitecture(name);
    if (abi.has_value()) listed.insert(*abi);
  }
  std::vector<AbiRules> abis;
  abis.reserve(listed.size());
  for (const SyscallAbi abi : listed) abis.push_back({.abi = abi});
  return abis;
}

ArgumentTest TestOf(const SeccompCondition& condition) {
  if (condition.op == SeccompOperator::kMaskedEqual) {
    // libseccomp masks the value as well.
    return {condition.index, condition.op, condition.value,
            condition.value_two & condition.value};
  }
  return {condition.index, condition.op, 0, condition.value};
}

// The alternatives that the conditions stand for. Where an argument is named
// twice, runc takes each condition for a rule of its own: so they were read
// before conditions could be joined.
std::vector<std::vector<ArgumentTest>> Alternatives(
    const std::vector<SeccompCondition>& conditions) {
  std::vector<ArgumentTest> tests;
  tests.reserve(conditions.size());
  for (const SeccompCondition& one : conditions) tests.push_back(TestOf(one));
  // The order of two tests of one argument is of no matter: they part ways.
  std::sort(tests.begin(), tests.end(),
            [](const ArgumentTest& a, const ArgumentTest& b) {
              return a.argument < b.argument;
            });
  const auto twice =
      std::adjacent_find(tests.begin(), tests.end(),
                         [](const ArgumentTest& a, const ArgumentTest& b) {
                           return a.argument == b.argument;
                         });
  if (twice == tests.end()) return {tests};
  std::vector<std::vector<ArgumentTest>> alternatives;
  alternatives.reserve(conditions.size());
  for (const SeccompCondition& one : conditions) {
    alternatives.push_back({TestOf(one)});
  }
  return alternatives;
}

// The test as it is for 32-bit arguments, or for 64-bit ones.
ArgumentTest Narrowed(ArgumentTest test, SyscallAbi abi) {
  if (abi == SyscallAbi::kX86_64) return test;
  test.mask = static_cast<uint32_t>(test.mask);
  test.value = static_cast<uint32_t>(test.value);
  return test;
}

// The rules without tests that all calls with this action share.
uint16_t RulesFor(AbiRules& abi, uint32_t action) {
  for (size_t i = 1; i < abi.rules.size(); ++i) {
    const CallRule& first = abi.rules[i][0];
    if (first.tests.empty() && first.action == action) {
      return static_cast<uint16_t>(i);
    }
  }
  abi.rules.push_back({{action, {}}});
  return static_cast<uint16_t>(abi.rules.size() - 1);
}

// Whether anything may be added to the rules of a call: not to a rule without
// tests, which counts for all arguments (AddInOrder).
bool IsOpen(const AbiRules& abi, uint16_t rules) {
  return rules == 0 || !abi.rules[rules][0].tests.empty();
}

uint16_t& RulesOf(AbiRules& abi, uint32_t number) {
  if (number >= abi.calls.size()) abi.calls.resize(number + 1);
  return abi.calls[number];
}

// A rule without tests, as nearly all are.
void AddPlainRule(AbiRules& abi, uint32_t number, uint32_t action) {
  uint16_t& known = RulesOf(abi, number);
  if (IsOpen(abi, known)) known = RulesFor(abi, action);
}

void AddRule(AbiRules& abi, uint32_t number, uint32_t action,
             absl::Span<const ArgumentTest> tests) {
  CallRule rule = {action, {}};
  for (const ArgumentTest& wide : tests) {
    const ArgumentTest test = Narrowed(wide, abi.abi);
    if (test.op == SeccompOperator::kMaskedEqual && test.mask == 0) continue;
    rule.tests.push_back(test);
  }
  if (rule.tests.empty()) return AddPlainRule(abi, number, action);
  uint16_t& known = RulesOf(abi, number);
  if (!IsOpen(abi, known)) return;
  if (known == 0) {
    known = static_cast<uint16_t>(abi.rules.size());
    abi.rules.emplace_back();
  }
  AddInOrder(abi.rules[known], std::move(rule), abi.abi);
}

// On x86 these calls can be made in two ways, and both get the rule; the first
// argument of the older way is which call it is.
void AddMultiplexedRule(AbiRules& abi, const MultiplexedCall& call,
                        uint32_t action, absl::Span<const ArgumentTest> tests) {
  std::vector<ArgumentTest> all = {{0, SeccompOperator::kEqual, 0, call.which}};
  for (const ArgumentTest& test : tests) {
    if (test.argument != 0) all.push_back(test);
  }
  AddRule(abi, call.number, action, all);
}

int NumberOf(const AbiRules& abi, const Syscall& call) {
  return call.numbers[static_cast<size_t>(abi.abi)];
}

void AddCall(AbiRules& abi, const Syscall& call, uint32_t action,
             absl::Span<const ArgumentTest> tests) {
  if (abi.abi == SyscallAbi::kX86 && call.multiplexed != nullptr) {
    AddMultiplexedRule(abi, *call.multiplexed, action, tests);
  }
  const int known = NumberOf(abi, call);
  if (known < 0) return;
  const auto number = static_cast<uint32_t>(known);
  if (tests.empty()) return AddPlainRule(abi, number, action);
  AddRule(abi, number, action, tests);
}

// The largest number of an ABI that the profile has a word on; what a rule says
// does not matter here. On x86 libseccomp numbers the calls of socketcall(2)
// and ipc(2) below zero, which does not count, nor does number 0.
void KeepLastKnown(AbiRules& abi, const Syscall& call) {
  if (abi.abi == SyscallAbi::kX86 && call.multiplexed != nullptr) return;
  const int number = NumberOf(abi, call);
  if (number < 0) return;
  const uint32_t given = static_cast<uint32_t>(number) | AbiBit(abi.abi);
  if (given > abi.last_known.value_or(0)) abi.last_known = given;
}

std::string FieldOf(size_t rule) {
  return absl::StrCat("linux.seccomp.syscalls[", rule, "]");
}

absl::Status CheckRule(size_t index, const SeccompRule& rule) {
  const uint32_t errno_ret = rule.errno_ret.value_or(0);
  if (errno_ret > SECCOMP_RET_DATA) {
    return TooLarge(absl::StrCat(FieldOf(index), ".errnoRet"), errno_ret);
  }
  for (const SeccompCondition& condition : rule.conditions) {
    if (condition.index < kArguments) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(FieldOf(index), ".args: index ", condition.index,
                     " is none of a system call's arguments (0 to 5)"));
  }
  return absl::OkStatus();
}

void AddProfileRule(const SeccompRule& rule, ProfileRules& rules) {
  const uint32_t action = ReturnValue(rule.action, rule.errno_ret);
  const auto alternatives = Alternatives(rule.conditions);
  for (const std::string& name : rule.names) {
    if (rule.action == SeccompAction::kNotify) rules.notifies = true;
    const std::optional<Syscall> call = FindSyscall(name);
    if (!call.has_value()) {
      rules.skipped.insert(name);
      continue;
    }
    for (AbiRules& abi : rules.abis) {
      KeepLastKnown(abi, *call);
      if (action == rules.default_action) continue;
      for (const auto& tests : alternatives) {
        AddCall(abi, *call, action, tests);
      }
    }
  }
}

}  // namespace

absl::StatusOr<ProfileRules> ResolveProfile(const spec::Seccomp& profile) {
  ProfileRules rules;
  const uint32_t errno_ret = profile.default_errno_ret.value_or(0);
  if (errno_ret > SECCOMP_RET_DATA) {
    return TooLarge("linux.seccomp.defaultErrnoRet", errno_ret);
  }
  rules.default_action =
      ReturnValue(profile.default_action, profile.default_errno_ret);
  CHM_ASSIGN_OR_RETURN(rules.abis, ListedAbis(profile));
  for (size_t i = 0; i < profile.rules.size(); ++i) {
    CHM_RETURN_IF_ERROR(CheckRule(i, profile.rules[i]));
    AddProfileRule(profile.rules[i], rules);
  }
  if (!GetsEnosysStub(profile.default_action)) {
    for (AbiRules& abi : rules.abis) abi.last_known.reset();
  }
  return rules;
}

}  // namespace chmdocker::security
