// The filter for system calls that a specification asks for. Pure.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_

#include "absl/status/statusor.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::container {

// Without instructions when it asks for none.
absl::StatusOr<security::SeccompFilter> FilterOf(
    const spec::ContainerSpec& spec);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_FILTER_H_
