#include "runtime/security/default_filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/security/default_profile.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/process.h"

namespace chmdocker::security {
namespace {

struct MadeFilter {
  spec::CapabilitySet capabilities;  // of those that matter
  uint32_t flags;
  absl::Span<const sock_filter> program;
};

// kMade: for docker's capabilities, and for none.
#include "runtime/security/default_filter.inc"

}  // namespace

absl::StatusOr<SeccompFilter> DefaultFilter(spec::CapabilitySet bounding) {
  const spec::CapabilitySet relevant = bounding & ProfileCapabilities();
  for (const MadeFilter& made : kMade) {
    if (made.capabilities != relevant) continue;
    SeccompFilter filter;
    filter.program.assign(made.program.begin(), made.program.end());
    filter.flags = made.flags;
    return filter;
  }
  return CompileSeccomp(DefaultProfile(bounding));
}

}  // namespace chmdocker::security
