// tmpcopyup: a new tmpfs starts with what it covers.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_COPY_UP_H_
#define CHMDOCKER_RUNTIME_MOUNTS_COPY_UP_H_

#include "runtime/sys/raw/call.h"

namespace chmdocker::mounts {

// Copies all that is in the directory `from` (O_PATH does) into the empty
// directory `to`: names, contents, modes, owners and symlinks; hard links
// become files of their own. ELOOP for what is more than 64 directories deep.
raw::Result CopyUp(int from, int to);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_COPY_UP_H_
