// Which of several rules for one system call counts.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ORDER_H_
#define CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ORDER_H_

#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"

namespace chmdocker::security {

// Adds `rule` at its place, which is libseccomp's. The first rule without tests
// replaces all others, and nothing is added to it. Among rules with tests the
// order in the profile matters only where nothing else decides: a test of a
// later argument comes first, then equality before "less" before "greater",
// then the larger number, for "less" the smaller. libseccomp refuses two rules
// with the same tests and different actions; here the earlier one counts.
void AddInOrder(CallRules& rules, CallRule rule, SyscallAbi abi);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ORDER_H_
