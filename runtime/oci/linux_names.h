// The words of linux.namespaces, linux.personality and linux.memoryPolicy.
#ifndef CHMDOCKER_RUNTIME_OCI_LINUX_NAMES_H_
#define CHMDOCKER_RUNTIME_OCI_LINUX_NAMES_H_

#include "absl/types/span.h"
#include "runtime/oci/names.h"

namespace chmdocker::oci {

absl::Span<const NamedValue> NamespaceNames();         // CLONE_NEW*; sorted
absl::Span<const NamedValue> PersonalityNames();       // PER_*
absl::Span<const NamedValue> MemoryPolicyModeNames();  // MPOL_*
absl::Span<const NamedValue> MemoryPolicyFlagNames();  // MPOL_F_*

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_LINUX_NAMES_H_
