// Effects: what the process may use, and how the kernel treats it.
//
// Runs in chmdocker-init: no C++ runtime. Each function executes the step that
// it takes.
#ifndef CHMDOCKER_RUNTIME_EXEC_ATTRIBUTE_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_ATTRIBUTE_SETUP_H_

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

raw::Result Run(const step::SetOomScore<const char*>& step);
raw::Result Run(const step::SetRlimit<const char*>& step);
raw::Result Run(const step::SetScheduler<const char*>& step);
raw::Result Run(const step::SetIoPriority<const char*>& step);
raw::Result Run(const step::SetCpuAffinity<const char*>& step);
raw::Result Run(const step::SetPersonality<const char*>& step);
raw::Result Run(const step::SetMemoryPolicy<const char*>& step);
raw::Result Run(const step::SetSysctl<const char*>& step);
raw::Result Run(const step::SetUmask<const char*>& step);

// The terminal is standard input.
raw::Result Run(const step::GiveTerminal<const char*>& step);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_ATTRIBUTE_SETUP_H_
