// Effects: the execve that ends the set-up.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

// Whether Exec would find the command. `in_directory` is false while the
// process is not where the command will run: then what is relative is left to
// Exec.
raw::Result Run(const step::FindExecutable<const char*>& step,
                bool in_directory, step::Note& note);

// Becomes the command. Returns only on failure, and then `note` says why, as
// far as the file system can tell: a missing interpreter, a directory, a mode.
raw::Result Run(const step::Exec<const char*>& step, step::Note& note);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_EXEC_SETUP_H_
