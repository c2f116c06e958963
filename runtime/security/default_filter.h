// The default profile as a filter, most often one that was made when chmdocker
// was built: to compile it takes half a millisecond, a third of a start.
#ifndef CHMDOCKER_RUNTIME_SECURITY_DEFAULT_FILTER_H_
#define CHMDOCKER_RUNTIME_SECURITY_DEFAULT_FILTER_H_

#include "absl/status/statusor.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/process.h"

namespace chmdocker::security {

// What CompileSeccomp(DefaultProfile(bounding)) is.
absl::StatusOr<SeccompFilter> DefaultFilter(spec::CapabilitySet bounding);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_DEFAULT_FILTER_H_
