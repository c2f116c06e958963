// Effects: chmdocker-init as the pid 1 that stays.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_EXEC_REAPER_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_REAPER_SETUP_H_

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

// Forks. Returns in the new process, which goes on to the command, and on
// failure; the old one closes `channel` and stays, with all rights and
// restrictions of the command, until that has ended, whose exit code is its
// own.
raw::Result Run(const step::StayAsInit<const char*>& step, int channel);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_REAPER_SETUP_H_
