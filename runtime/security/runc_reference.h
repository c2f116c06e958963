// What runc makes of a profile with libseccomp itself. For tests.
#ifndef CHMDOCKER_RUNTIME_SECURITY_RUNC_REFERENCE_H_
#define CHMDOCKER_RUNTIME_SECURITY_RUNC_REFERENCE_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "runtime/spec/seccomp.h"

namespace chmdocker::security {

class RuncReference {
 public:
  // Nothing where libseccomp refuses a rule: two contradict each other.
  static std::optional<RuncReference> Make(const spec::Seccomp& profile);

  // SECCOMP_RET_* for the call.
  uint32_t Judge(const seccomp_data& call) const;

  const std::vector<sock_filter>& program() const { return program_; }

 private:
  std::vector<sock_filter> program_;
  // By SCMP_ARCH_*: what runc puts in front of libseccomp's program.
  std::map<uint32_t, uint32_t> last_syscalls_;
};

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_RUNC_REFERENCE_H_
