// Where a created container waits for its start.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_INIT_GATE_H_
#define CHMDOCKER_RUNTIME_INIT_GATE_H_

#include "runtime/sys/raw/call.h"

namespace chmdocker::init {

// AwaitStart: accepts connections on the socket `start` until one says Signal,
// and puts it in the place of `channel`: what is still to be told concerns
// whoever starts the container; who created it is long gone.
raw::Result AwaitStart(int start, int channel);

}  // namespace chmdocker::init

#endif  // CHMDOCKER_RUNTIME_INIT_GATE_H_
