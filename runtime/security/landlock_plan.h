// Pure: what the kernel is asked to refuse by Landlock.
#ifndef CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_PLAN_H_
#define CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_PLAN_H_

#include <string>

#include "absl/status/status.h"
#include "runtime/spec/landlock.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::security {

using Restriction = step::RestrictAccess<std::string>;

// What of it a kernel with this version of Landlock (0: it has none) can't
// refuse, in words; empty: nothing.
std::string NotEnforced(const spec::Landlock& wanted, int abi);

// Makes the step, with all that the kernel has. It is empty, with neither files
// nor ports, where that has nothing of what is wanted. Unimplemented if
// anything is not enforced, unless best effort is enough.
absl::Status CompileLandlock(const spec::Landlock& wanted, int abi,
                             Restriction& step);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_PLAN_H_
