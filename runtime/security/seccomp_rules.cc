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
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_order.h"
#include "runtime/security/socketcall.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

constexpr uint32_t kArguments = 6;

absl::StatusOr<uint32_t> ReturnValue(absl::string_view field,
                                     SeccompAction action,
                                     std::optional<uint32_t> errno_ret) {
  // 16 bits of the filter's return value are the error's.
  const uint32_t data = errno_ret.value_or(EPERM);
  if (data > SECCOMP_RET_DATA) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": ", data, " is larger than 65535"));
  }
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

void AddRule(AbiRules& abi, uint32_t number, CallRule rule) {
  for (ArgumentTest& test : rule.tests) test = Narrowed(test, abi.abi);
  std::erase_if(rule.tests, [](const ArgumentTest& test) {
    return test.op == SeccompOperator::kMaskedEqual && test.mask == 0;
  });
  AddInOrder(abi.calls[number], std::move(rule), abi.abi);
}

// On x86 these calls can be made in two ways, and both get the rule; the first
// argument of the older way is which call it is.
void AddMultiplexedRule(AbiRules& abi, const MultiplexedCall& call,
                        CallRule rule) {
  std::erase_if(rule.tests,
                [](const ArgumentTest& test) { return test.argument == 0; });
  rule.tests.insert(rule.tests.begin(),
                    {0, SeccompOperator::kEqual, 0, call.which});
  AddRule(abi, call.number, std::move(rule));
}

// A system call as the profile names it, looked up once.
struct NamedCall {
  SyscallNumbers numbers;
  std::optional<MultiplexedCall> multiplexed;  // of x86
};

void AddCall(AbiRules& abi, const NamedCall& call, const CallRule& rule) {
  if (abi.abi == SyscallAbi::kX86 && call.multiplexed.has_value()) {
    AddMultiplexedRule(abi, *call.multiplexed, rule);
  }
  const std::optional<uint32_t> number =
      call.numbers[static_cast<size_t>(abi.abi)];
  if (number.has_value()) AddRule(abi, *number, rule);
}

// The largest number of an ABI that the profile has a word on; what a rule says
// does not matter here. On x86 libseccomp numbers the calls of socketcall(2)
// and ipc(2) below zero, which does not count, nor does number 0.
void KeepLastKnown(AbiRules& abi, const NamedCall& call) {
  if (abi.abi == SyscallAbi::kX86 && call.multiplexed.has_value()) return;
  const uint32_t number =
      call.numbers[static_cast<size_t>(abi.abi)].value_or(0);
  if (number > abi.last_known.value_or(0)) abi.last_known = number;
}

absl::Status CheckConditions(const std::string& field,
                             const SeccompRule& rule) {
  for (const SeccompCondition& condition : rule.conditions) {
    if (condition.index < kArguments) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(field, ".args: index ", condition.index,
                     " is none of a system call's arguments (0 to 5)"));
  }
  return absl::OkStatus();
}

absl::Status AddProfileRule(const std::string& field, const SeccompRule& rule,
                            ProfileRules& rules) {
  CHM_ASSIGN_OR_RETURN(const uint32_t action,
                       ReturnValue(absl::StrCat(field, ".errnoRet"),
                                   rule.action, rule.errno_ret));
  CHM_RETURN_IF_ERROR(CheckConditions(field, rule));
  const auto alternatives = Alternatives(rule.conditions);
  for (const std::string& name : rule.names) {
    if (rule.action == SeccompAction::kNotify) rules.notifies = true;
    const std::optional<SyscallNumbers> numbers = FindSyscall(name);
    if (!numbers.has_value()) {
      rules.skipped.insert(name);
      continue;
    }
    const NamedCall call = {*numbers, FindMultiplexedCall(name)};
    for (AbiRules& abi : rules.abis) {
      KeepLastKnown(abi, call);
      if (action == rules.default_action) continue;
      for (const auto& tests : alternatives) {
        AddCall(abi, call, {action, tests});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProfileRules> ResolveProfile(const spec::Seccomp& profile) {
  ProfileRules rules;
  CHM_ASSIGN_OR_RETURN(
      rules.default_action,
      ReturnValue("linux.seccomp.defaultErrnoRet", profile.default_action,
                  profile.default_errno_ret));
  CHM_ASSIGN_OR_RETURN(rules.abis, ListedAbis(profile));
  for (size_t i = 0; i < profile.rules.size(); ++i) {
    CHM_RETURN_IF_ERROR(
        AddProfileRule(absl::StrCat("linux.seccomp.syscalls[", i, "]"),
                       profile.rules[i], rules));
  }
  if (!GetsEnosysStub(profile.default_action)) {
    for (AbiRules& abi : rules.abis) abi.last_known.reset();
  }
  return rules;
}

}  // namespace chmdocker::security
