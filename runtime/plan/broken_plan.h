// Plans that a test breaks. For tests only.
#ifndef CHMDOCKER_RUNTIME_PLAN_BROKEN_PLAN_H_
#define CHMDOCKER_RUNTIME_PLAN_BROKEN_PLAN_H_

#include <cstddef>
#include <string>

#include "runtime/security/seccomp_compile.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {

// The first step of a kind; a failure of the test when there is none.
size_t IndexOf(const step::SetupPlan& plan, step::StepKind kind);

// Removes the first step of a kind.
void Remove(step::SetupPlan& plan, step::StepKind kind);

// Moves the first step of a kind to another place.
void Move(step::SetupPlan& plan, step::StepKind kind, size_t to);

// The broken invariant, in the words of CheckPlan; "" when there is none.
std::string Broken(const step::SetupPlan& plan);

// A filter of one instruction: allow.
security::SeccompFilter AllowAll();

// A filter that is made and sent to init later.
security::SeccompFilter FollowingFilter();

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_BROKEN_PLAN_H_
