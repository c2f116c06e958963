// Whether a specification can be carried out at all, found before anything is
// touched.
#ifndef CHMDOCKER_RUNTIME_SPEC_VALIDATE_H_
#define CHMDOCKER_RUNTIME_SPEC_VALIDATE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"

namespace chmdocker::spec {

// The longest host name, in bytes: __NEW_UTS_LEN of <linux/utsname.h>.
inline constexpr size_t kMaxHostname = 64;

// InvalidArgument with the field's OCI name, its value and what is allowed,
// for the first check that fails.
absl::Status Validate(const ContainerSpec& spec);

// Of that, what can be said of resources alone: for `update`.
absl::Status ValidateResources(const Resources& resources);

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_VALIDATE_H_
