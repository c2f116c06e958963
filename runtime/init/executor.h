// Runs init's steps of a plan.
#ifndef CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_
#define CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_

#include "runtime/step/plan_reader.h"

namespace chmdocker::init {

// As chmdocker: the exit code of its own failures.
inline constexpr int kFailure = 125;

// Executes every step of Actor::kInit in order and reports to `channel`. The
// last one is Exec; a step that fails is reported, and ends the process with
// kFailure. `start` is the socket that AwaitStart listens on, if the plan has
// that step.
[[noreturn]] void RunSteps(step::PlanReader& plan, int channel, int start);

}  // namespace chmdocker::init

#endif  // CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_
