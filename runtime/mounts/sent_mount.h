// Effects, on the host: the mounts that the parent makes for the container.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_SENT_MOUNT_H_
#define CHMDOCKER_RUNTIME_MOUNTS_SENT_MOUNT_H_

#include <sys/types.h>

#include <string>

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::mounts {

// Executes the step up to the sending: returns the descriptor of a detached
// mount (close-on-exec), or the call that failed. `init` is the container's
// first process, whose user namespace has its maps by now.
raw::Result MakeSentMount(const step::SendMount<std::string>& step, pid_t init);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_SENT_MOUNT_H_
