// The filter for system calls that a specification asks for. Pure.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/step.h"

namespace chmdocker::container {

// Without instructions when it asks for none.
absl::StatusOr<security::SeccompFilter> FilterOf(
    const spec::ContainerSpec& spec);

// For a plan: that it follows, when it is of a profile, for it takes a
// twentieth of a start to make. Not with a listener, nor where an error would
// come too late.
absl::StatusOr<security::SeccompFilter> PlannedFilterOf(
    const spec::ContainerSpec& spec);

// The one that follows: LaunchHooks::make_filter.
absl::StatusOr<step::LoadSeccomp<std::string>> FollowingFilterOf(
    const spec::ContainerSpec& spec);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_
