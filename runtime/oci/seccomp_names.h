// The words of linux.seccomp, but for architectures and system calls.
#ifndef CHMDOCKER_RUNTIME_OCI_SECCOMP_NAMES_H_
#define CHMDOCKER_RUNTIME_OCI_SECCOMP_NAMES_H_

#include "absl/types/span.h"
#include "runtime/oci/names.h"

namespace chmdocker::oci {

absl::Span<const NamedValue> SeccompActionNames();    // spec::SeccompAction
absl::Span<const NamedValue> SeccompOperatorNames();  // spec::SeccompOperator
// SECCOMP_FILTER_FLAG_* of seccomp(2). TSYNC is 0: the filter is loaded by a
// process of one thread.
absl::Span<const NamedValue> SeccompFlagNames();

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_SECCOMP_NAMES_H_
