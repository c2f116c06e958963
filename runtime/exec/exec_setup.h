// Effects: the execve that ends the set-up.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

// Becomes the command. Returns only on failure, and then `note` says why, as
// far as the file system can tell: a missing interpreter, a directory, a mode.
raw::Result Run(const step::Exec<const char*>& step, step::Note& note);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_
