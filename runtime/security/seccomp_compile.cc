#include "runtime/security/seccomp_compile.h"

#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/security/bpf_assembler.h"
#include "runtime/security/bpf_rules.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using Label = BpfAssembler::Label;
constexpr Label kUnwritten = std::numeric_limits<Label>::max();

constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

// What libseccomp does to a call of an architecture that is not listed.
constexpr uint32_t kBadArchitecture = SECCOMP_RET_KILL_THREAD;

// The number that a tracer sets to skip a call (seccomp(2)): the filter sees it
// since Linux 4.8, and it is no x32 call.
constexpr uint32_t kSkipped = std::numeric_limits<uint32_t>::max();

constexpr uint32_t kNumber = offsetof(seccomp_data, nr);
constexpr uint32_t kArchitecture = offsetof(seccomp_data, arch);

class Compiler {
 public:
  explicit Compiler(const ProfileRules& profile) : profile_(profile) {
    default_ = assembler_.Return(profile.default_action);
    bad_architecture_ = assembler_.Return(kBadArchitecture);
  }

  std::vector<sock_filter> Compile() {
    const AbiRules* x86 = Find(SyscallAbi::kX86);
    Label next = bad_architecture_;
    if (x86 != nullptr) {
      const Label calls = assembler_.Load(kNumber, WriteAbi(*x86));
      next = assembler_.Jump(BPF_JEQ, AUDIT_ARCH_I386, calls, next);
    }
    const Label calls = assembler_.Load(kNumber, WriteX86_64());
    next = assembler_.Jump(BPF_JEQ, AUDIT_ARCH_X86_64, calls, next);
    assembler_.Load(kArchitecture, next);
    return assembler_.Finish();
  }

 private:
  const AbiRules* Find(SyscallAbi abi) const {
    for (const AbiRules& rules : profile_.abis) {
      if (rules.abi == abi) return &rules;
    }
    return nullptr;
  }

  // x86_64 and x32 are one architecture to the kernel. Beyond the numbers of
  // both, libseccomp asks for the size of a number, and runc, before that, for
  // the bit: where it gives ENOSYS.
  Label WriteX86_64() {
    const AbiRules& x86_64 = *Find(SyscallAbi::kX86_64);
    const AbiRules* x32 = Find(SyscallAbi::kX32);
    const Label above =
        x32 != nullptr
            ? WriteAbi(*x32)
            : assembler_.Jump(BPF_JEQ, kSkipped, default_, bad_architecture_);
    const Label below = WriteAbi(x86_64);
    const bool by_bit = x32 != nullptr || x86_64.last_known.has_value();
    return assembler_.Jump(by_bit ? BPF_JSET : BPF_JGE, kX32Bit, above, below);
  }

  // Judges the call whose number is in the accumulator.
  Label WriteAbi(const AbiRules& abi) {
    std::vector<Label> labels(abi.rules.size(), kUnwritten);
    labels[0] = default_;
    std::vector<BpfRun> runs = {{0, default_}};
    size_t previous = 0;
    for (size_t number = 0; number < abi.calls.size(); ++number) {
      const uint32_t given = static_cast<uint32_t>(number) | AbiBit(abi.abi);
      // Of x86, the numbers of socketcall and ipc may be behind it.
      if (given > abi.last_known.value_or(given)) break;
      const size_t rules = abi.calls[number];
      if (rules == previous) continue;
      previous = rules;
      if (labels[rules] == kUnwritten) {
        labels[rules] = WriteOnce(abi, rules, labels);
      }
      Lead(runs, given, labels[rules]);
    }
    const uint32_t end =
        static_cast<uint32_t>(abi.calls.size()) | AbiBit(abi.abi);
    if (end <= abi.last_known.value_or(end)) Lead(runs, end, default_);
    if (abi.last_known.has_value()) {
      Lead(runs, *abi.last_known + 1, assembler_.Return(kEnosys));
    }
    return WriteSearch(assembler_, runs);
  }

  // All numbers from `first` on, which ascends, lead to `target`.
  static void Lead(std::vector<BpfRun>& runs, uint32_t first, Label target) {
    if (runs.back().target == target) return;
    if (runs.back().first == first) runs.pop_back();
    runs.push_back({first, target});
  }

  // Equal rules share their code.
  Label WriteOnce(const AbiRules& abi, size_t rules,
                  const std::vector<Label>& labels) {
    for (size_t i = 1; i < labels.size(); ++i) {
      if (labels[i] != kUnwritten && abi.rules[i] == abi.rules[rules]) {
        return labels[i];
      }
    }
    return WriteRules(assembler_, abi.abi, abi.rules[rules], default_);
  }

  const ProfileRules& profile_;
  BpfAssembler assembler_;
  Label default_ = 0;
  Label bad_architecture_ = 0;
};

bool Permits(uint32_t action) {
  return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

// chmdocker-init sends the listener with sendmsg(2) when the filter is in
// force already, and nobody could answer for that call yet.
bool SendmsgIsPermitted(const ProfileRules& rules) {
  for (const AbiRules& abi : rules.abis) {
    if (abi.abi != SyscallAbi::kX86_64) continue;
    const uint32_t number = SyscallNumber(abi.abi, "sendmsg").value_or(0);
    const size_t known = number < abi.calls.size() ? abi.calls[number] : 0;
    if (known == 0) return Permits(rules.default_action);
    const CallRules& calls = abi.rules[known];
    return calls.size() == 1 && calls[0].tests.empty() &&
           Permits(calls[0].action);
  }
  return false;
}

absl::Status CheckListener(const spec::Seccomp& profile,
                           const ProfileRules& rules) {
  if (profile.default_action == spec::SeccompAction::kNotify) {
    return absl::InvalidArgumentError(
        "linux.seccomp.defaultAction: \"SCMP_ACT_NOTIFY\" can't be the default "
        "action: the calls that start the container would wait for an answer");
  }
  if (!rules.notifies) return absl::OkStatus();
  if (profile.listener_path.empty()) {
    return absl::InvalidArgumentError(
        "linux.seccomp.listenerPath: is needed for \"SCMP_ACT_NOTIFY\"; name "
        "the socket of the process that answers");
  }
  if (!SendmsgIsPermitted(rules)) {
    return absl::InvalidArgumentError(
        "linux.seccomp.syscalls: \"sendmsg\" must be allowed without "
        "conditions: the listener is handed over with it");
  }
  return absl::OkStatus();
}

// TSYNC is for the other threads of a process: here there is none, and the
// kernel refuses it beside NEW_LISTENER, as it does WAIT_KILLABLE_RECV without.
uint32_t LoadFlags(uint32_t wanted, bool has_listener) {
  const uint32_t flags = wanted & ~uint32_t{SECCOMP_FILTER_FLAG_TSYNC};
  if (has_listener) return flags | SECCOMP_FILTER_FLAG_NEW_LISTENER;
  return flags & ~uint32_t{SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV};
}

}  // namespace

absl::StatusOr<SeccompFilter> CompileSeccomp(const spec::Seccomp& profile) {
  CHM_ASSIGN_OR_RETURN(const ProfileRules rules, ResolveProfile(profile));
  CHM_RETURN_IF_ERROR(CheckListener(profile, rules));
  SeccompFilter filter;
  filter.program = Compiler(rules).Compile();
  if (filter.program.size() > BPF_MAXINSNS) {
    return absl::InvalidArgumentError(absl::StrCat(
        "linux.seccomp: the profile makes a filter of ", filter.program.size(),
        " instructions, and the kernel takes ", BPF_MAXINSNS,
        "; list fewer architectures or conditions"));
  }
  filter.flags = LoadFlags(profile.flags, rules.notifies);
  filter.has_listener = rules.notifies;
  filter.skipped.assign(rules.skipped.begin(), rules.skipped.end());
  return filter;
}

}  // namespace chmdocker::security
