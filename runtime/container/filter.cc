#include "runtime/container/filter.h"

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/security/default_filter.h"
#include "runtime/security/privilege_plan.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/step.h"

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

absl::StatusOr<security::SeccompFilter> PlannedFilterOf(
    const spec::ContainerSpec& spec) {
  // An error that comes late takes network devices with it.
  if (!spec.seccomp || !spec.seccomp->listener_path.empty() ||
      !spec.net_devices.empty()) {
    return FilterOf(spec);
  }
  security::SeccompFilter filter;
  filter.follows = true;
  return filter;
}

absl::StatusOr<step::LoadSeccomp<std::string>> FollowingFilterOf(
    const spec::ContainerSpec& spec) {
  CHM_ASSIGN_OR_RETURN(const security::SeccompFilter filter, FilterOf(spec));
  return security::LoadStep(filter);
}

}  // namespace chmdocker::container
