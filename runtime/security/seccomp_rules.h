// A seccomp profile as rules for each system call number: what libseccomp makes
// of it as runc calls it, for a filter is written with that in mind.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SECCOMP_RULES_H_
#define CHMDOCKER_RUNTIME_SECURITY_SECCOMP_RULES_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {

// A condition on one argument. Of an ABI with 32-bit arguments only the lower
// half of each number here counts.
struct ArgumentTest {
  uint32_t argument = 0;
  spec::SeccompOperator op = spec::SeccompOperator::kEqual;
  uint64_t mask = 0;  // of kMaskedEqual
  uint64_t value = 0;

  friend auto operator<=>(const ArgumentTest&, const ArgumentTest&) = default;
};

// What the filter returns for a call of which all tests hold.
struct CallRule {
  uint32_t action = 0;              // SECCOMP_RET_*
  std::vector<ArgumentTest> tests;  // ascending by argument, one each

  friend auto operator<=>(const CallRule&, const CallRule&) = default;
};

// The first rule that matches counts.
using CallRules = std::vector<CallRule>;

// How the calls of one ABI are judged.
struct AbiRules {
  SyscallAbi abi = SyscallAbi::kX86_64;
  // By number without AbiBit: which of `rules` are the call's. Most calls share
  // theirs, for a profile is lists of what is allowed.
  std::vector<uint16_t> calls;
  std::vector<CallRules> rules = {{}};  // the first are none
  // Calls behind this number get ENOSYS: the profile's author did not know
  // them, and libc falls back on older calls for ENOSYS, but not for EPERM.
  std::optional<uint32_t> last_known;
};

struct ProfileRules {
  uint32_t default_action = 0;
  std::vector<AbiRules> abis;     // those listed, and x86_64; ascending
  bool notifies = false;          // SCMP_ACT_NOTIFY is among the actions
  std::set<std::string> skipped;  // names of no known system call
};

absl::StatusOr<ProfileRules> ResolveProfile(const spec::Seccomp& profile);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SECCOMP_RULES_H_
