// A seccomp profile as the program that the kernel runs at each system call.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SECCOMP_COMPILE_H_
#define CHMDOCKER_RUNTIME_SECURITY_SECCOMP_COMPILE_H_

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {

struct SeccompFilter {
  std::vector<sock_filter> program;
  bool follows = false;       // there is one, which is made later
  uint32_t flags = 0;         // SECCOMP_FILTER_FLAG_*, for seccomp(2)
  bool has_listener = false;  // the call that loads it returns a descriptor
  // Names in the profile that no architecture has a system call of, ascending:
  // like runc, the filter passes them over.
  std::vector<std::string> skipped;
};

// The filter judges as runc's does that libseccomp makes of the same profile on
// an x86-64 host; docs/ARCHITECTURE.md says what that includes.
absl::StatusOr<SeccompFilter> CompileSeccomp(const spec::Seccomp& profile);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SECCOMP_COMPILE_H_
