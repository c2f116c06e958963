// Runs a seccomp filter as the kernel would. For tests.
#ifndef CHMDOCKER_RUNTIME_SECURITY_BPF_SIMULATOR_H_
#define CHMDOCKER_RUNTIME_SECURITY_BPF_SIMULATOR_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace chmdocker::security {

struct BpfVerdict {
  uint32_t action = 0;  // SECCOMP_RET_*
  size_t steps = 0;     // instructions that were run
};

// Nothing if the program runs out of its end or has an instruction for which
// the kernel does not remember what is always allowed (seccomp_is_const_allow).
std::optional<BpfVerdict> RunBpf(absl::Span<const sock_filter> program,
                                 const seccomp_data& call);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_BPF_SIMULATOR_H_
