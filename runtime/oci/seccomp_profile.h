// docker's seccomp profiles: linux.seccomp of config.json, and conditions by
// which a rule belongs to it or not. Pure.
#ifndef CHMDOCKER_RUNTIME_OCI_SECCOMP_PROFILE_H_
#define CHMDOCKER_RUNTIME_OCI_SECCOMP_PROFILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/kernel_version.h"
#include "runtime/spec/process.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {

// What docker makes of the profile on this architecture, for a container with
// these capabilities in its bounding set: `archMap` to architectures, and rules
// with `includes` and `excludes` taken or left. InvalidArgument names the place
// of what is wrong.
absl::StatusOr<spec::Seccomp> ParseSeccompProfile(absl::string_view json,
                                                  spec::CapabilitySet bounding,
                                                  KernelVersion kernel);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_SECCOMP_PROFILE_H_
