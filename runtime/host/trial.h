// Tries things out where they leave nothing behind: in a child process, in new
// namespaces if wanted.
#ifndef CHMDOCKER_RUNTIME_HOST_TRIAL_H_
#define CHMDOCKER_RUNTIME_HOST_TRIAL_H_

#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::host {

// How `attempt` ends in a child: 0 or an errno, that of making the child and
// its namespaces included. In a new user namespace the caller is mapped to
// root. What a seccomp filter kills for is ENOSYS. The caller must have one
// thread.
int Try(CloneFlags namespaces, raw::Result (*attempt)());

// A user namespace without a process, in which the caller is root; owned by who
// asks.
raw::Result NewUserNamespace();

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_TRIAL_H_
