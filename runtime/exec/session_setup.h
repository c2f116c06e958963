// Effects: what the process is beside its namespaces and mounts, up to the
// final execve: session, signals, terminal, working directory, descriptors.
//
// Runs in chmdocker-init: no C++ runtime. Each function executes the step that
// it takes.
#ifndef CHMDOCKER_RUNTIME_EXEC_SESSION_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_SESSION_SETUP_H_

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

// `channel` leads to the parent; when it is gone already, ESRCH.
raw::Result Run(const step::DieWithParent<const char*>& step, int channel);
raw::Result Run(const step::OutliveParent<const char*>& step);
raw::Result Run(const step::NewSession<const char*>& step);
raw::Result Run(const step::ResetSignals<const char*>& step);

// `*denied` is what `retry` is about: it is set by the first try.
raw::Result Run(const step::ChangeDirectory<const char*>& step, bool* denied);

// Closes all but 0, 1, 2, the preserved ones and `channel`, which is
// close-on-exec.
raw::Result Run(const step::CloseFds<const char*>& step, int channel);

// Makes the terminal behind `master` standard input, output, error and the
// session's controlling terminal. `*peer` is its other end, the caller's.
raw::Result AdoptTerminal(int master, int* peer);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_SESSION_SETUP_H_
