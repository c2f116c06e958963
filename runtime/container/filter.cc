#include "runtime/container/filter.h"

#include "absl/status/statusor.h"
#include "runtime/security/default_filter.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"

namespace chmdocker::container {

absl::StatusOr<security::SeccompFilter> FilterOf(
    const spec::ContainerSpec& spec) {
  if (spec.seccomp) return security::CompileSeccomp(*spec.seccomp);
  if (!spec.default_seccomp) return security::SeccompFilter();
  // Without limits it may have all of them.
  return security::DefaultFilter(spec.process.capabilities
                                     ? spec.process.capabilities->bounding
                                     : ~spec::CapabilitySet{0});
}

}  // namespace chmdocker::container
