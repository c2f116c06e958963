#include "runtime/security/runc_reference.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/security/bpf_simulator.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;

constexpr uint32_t kX32 = 0x40000000;

uint32_t Action(SeccompAction action, std::optional<uint32_t> errno_ret) {
  const uint32_t data = errno_ret.value_or(EPERM);
  switch (action) {
    case SeccompAction::kKillThread:
      return SCMP_ACT_KILL_THREAD;
    case SeccompAction::kKillProcess:
      return SCMP_ACT_KILL_PROCESS;
    case SeccompAction::kTrap:
      return SCMP_ACT_TRAP;
    case SeccompAction::kErrno:
      return SCMP_ACT_ERRNO(data);
    case SeccompAction::kTrace:
      return SCMP_ACT_TRACE(data);
    case SeccompAction::kAllow:
      return SCMP_ACT_ALLOW;
    case SeccompAction::kLog:
      return SCMP_ACT_LOG;
    case SeccompAction::kNotify:
      return SCMP_ACT_NOTIFY;
  }
}

scmp_compare Compare(SeccompOperator op) {
  switch (op) {
    case SeccompOperator::kNotEqual:
      return SCMP_CMP_NE;
    case SeccompOperator::kLess:
      return SCMP_CMP_LT;
    case SeccompOperator::kLessOrEqual:
      return SCMP_CMP_LE;
    case SeccompOperator::kEqual:
      return SCMP_CMP_EQ;
    case SeccompOperator::kGreaterOrEqual:
      return SCMP_CMP_GE;
    case SeccompOperator::kGreater:
      return SCMP_CMP_GT;
    case SeccompOperator::kMaskedEqual:
      return SCMP_CMP_MASKED_EQ;
  }
}

std::map<std::string, uint32_t> Architectures() {
  return {{"SCMP_ARCH_X86", SCMP_ARCH_X86},
          {"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64},
          {"SCMP_ARCH_X32", SCMP_ARCH_X32}};
}

bool RepeatsAnArgument(const std::vector<SeccompCondition>& conditions) {
  std::set<uint32_t> arguments;
  for (const SeccompCondition& one : conditions) arguments.insert(one.index);
  return arguments.size() != conditions.size();
}

bool AddRule(const Context& context, uint32_t action, int number,
             const std::vector<scmp_arg_cmp>& tests) {
  return seccomp_rule_add_array(context.get(), action, number,
                                static_cast<unsigned>(tests.size()),
                                tests.data()) == 0;
}

bool AddRules(const Context& context, const SeccompRule& rule, uint32_t action,
              int number) {
  std::vector<scmp_arg_cmp> tests;
  tests.reserve(rule.conditions.size());
  for (const SeccompCondition& one : rule.conditions) {
    tests.push_back({one.index, Compare(one.op), one.value, one.value_two});
  }
  if (!RepeatsAnArgument(rule.conditions)) {
    return AddRule(context, action, number, tests);
  }
  return std::all_of(tests.begin(), tests.end(), [&](const auto& test) {
    return AddRule(context, action, number, {test});
  });
}

bool AddProfile(const Context& context, const spec::Seccomp& profile) {
  const uint32_t default_action =
      Action(profile.default_action, profile.default_errno_ret);
  for (const SeccompRule& rule : profile.rules) {
    const uint32_t action = Action(rule.action, rule.errno_ret);
    for (const std::string& name : rule.names) {
      const int number = seccomp_syscall_resolve_name(name.c_str());
      if (action == default_action || number == __NR_SCMP_ERROR) continue;
      if (!AddRules(context, rule, action, number)) return false;
    }
  }
  // runc asks for the tree with more than 32 names. Without it libseccomp 2.6.0
  // does not load the call's number where the first call is one that the
  // architecture does not have.
  seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  return true;
}

std::vector<sock_filter> Export(const Context& context) {
  size_t bytes = 0;
  if (seccomp_export_bpf_mem(context.get(), nullptr, &bytes) != 0) abort();
  std::vector<sock_filter> program(bytes / sizeof(sock_filter));
  if (seccomp_export_bpf_mem(context.get(), program.data(), &bytes) != 0) {
    abort();
  }
  return program;
}

std::map<uint32_t, uint32_t> LastSyscalls(const spec::Seccomp& profile) {
  std::map<uint32_t, uint32_t> last;
  if (profile.default_action == SeccompAction::kAllow ||
      profile.default_action == SeccompAction::kLog ||
      profile.default_action == SeccompAction::kTrace) {
    return last;
  }
  std::set<uint32_t> listed = {SCMP_ARCH_X86_64};
  for (const std::string& name : profile.architectures) {
    listed.insert(Architectures().at(name));
  }
  for (const uint32_t architecture : listed) {
    int largest = 0;
    for (const SeccompRule& rule : profile.rules) {
      for (const std::string& name : rule.names) {
        largest = std::max(largest, seccomp_syscall_resolve_name_arch(
                                        architecture, name.c_str()));
      }
    }
    if (largest > 0) last[architecture] = static_cast<uint32_t>(largest);
  }
  return last;
}

uint32_t ArchitectureOf(const seccomp_data& call) {
  if (call.arch != AUDIT_ARCH_X86_64) return call.arch;
  return (static_cast<uint32_t>(call.nr) & kX32) != 0 ? SCMP_ARCH_X32
                                                      : SCMP_ARCH_X86_64;
}

}  // namespace

std::optional<RuncReference> RuncReference::Make(const spec::Seccomp& profile) {
  const Context context(
      seccomp_init(Action(profile.default_action, profile.default_errno_ret)),
      &seccomp_release);
  for (const std::string& name : profile.architectures) {
    const uint32_t architecture = Architectures().at(name);
    if (seccomp_arch_exist(context.get(), architecture) == 0) continue;
    if (seccomp_arch_add(context.get(), architecture) != 0) abort();
  }
  if (!AddProfile(context, profile)) return std::nullopt;
  RuncReference reference;
  reference.program_ = Export(context);
  reference.last_syscalls_ = LastSyscalls(profile);
  return reference;
}

uint32_t RuncReference::Judge(const seccomp_data& call) const {
  const auto last = last_syscalls_.find(ArchitectureOf(call));
  if (last != last_syscalls_.end() &&
      static_cast<uint32_t>(call.nr) > last->second) {
    return SECCOMP_RET_ERRNO | ENOSYS;
  }
  const std::optional<BpfVerdict> verdict = RunBpf(program_, call);
  if (!verdict.has_value()) abort();
  return verdict->action;
}

}  // namespace chmdocker::security
