// The words of process.rlimits, process.scheduler and process.ioPriority.
#ifndef CHMDOCKER_RUNTIME_OCI_PROCESS_NAMES_H_
#define CHMDOCKER_RUNTIME_OCI_PROCESS_NAMES_H_

#include "absl/types/span.h"
#include "runtime/oci/names.h"

namespace chmdocker::oci {

absl::Span<const NamedValue> RlimitNames();  // RLIMIT_* of getrlimit(2)
absl::Span<const NamedValue> SchedulerPolicyNames();  // SCHED_*
absl::Span<const NamedValue> SchedulerFlagNames();    // SCHED_FLAG_*
absl::Span<const NamedValue> IoPriorityClassNames();  // IOPRIO_CLASS_*

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_PROCESS_NAMES_H_
