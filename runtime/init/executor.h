// Runs init's steps of a plan.
#ifndef CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_
#define CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_

#include "runtime/step/plan_reader.h"

namespace chmdocker::init {

// Executes every step of Actor::kInit in order and reports to `channel`. The
// last one is Exec, so this returns only when a step failed; that has then
// been reported. `start` is the socket that AwaitStart listens on, if the plan
// has that step.
void RunSteps(step::PlanReader& plan, int channel, int start);

}  // namespace chmdocker::init

#endif  // CHMDOCKER_RUNTIME_INIT_EXECUTOR_H_
