// The part of a filter that looks at a call's arguments.
#ifndef CHMDOCKER_RUNTIME_SECURITY_BPF_RULES_H_
#define CHMDOCKER_RUNTIME_SECURITY_BPF_RULES_H_

#include "runtime/security/bpf_assembler.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"

namespace chmdocker::security {

// Judges a call of `abi` by `rules`, the first that matches counts; where none
// does, goes on at `otherwise`. Does not rely on the accumulator.
BpfAssembler::Label WriteRules(BpfAssembler& assembler, SyscallAbi abi,
                               const CallRules& rules,
                               BpfAssembler::Label otherwise);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_BPF_RULES_H_
