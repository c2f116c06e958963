// The child's and init's side of the channel: message.h.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_STEP_REPORT_H_
#define CHMDOCKER_RUNTIME_STEP_REPORT_H_

#include <cstdint>

#include "runtime/step/message.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::step {

// Reports a failed step. `note` may be empty.
void ReportFailure(int channel, uint16_t step, raw::Result failure,
                   const Note& note);

// Reports a finished step; `passed_over` is the errno that it may fail with.
void ReportDone(int channel, uint16_t step, int passed_over,
                uint64_t nanoseconds);

raw::Result SendSignal(int channel, uint16_t step);
raw::Result SendTerminal(int channel, uint16_t step, int master);
raw::Result SendSeccompListener(int channel, uint16_t step, int listener);
raw::Result SendForked(int channel, uint16_t step, int pid);
raw::Result SendWeaker(int channel, uint16_t step, int way);

// Waits for the pidfd of SendProcess.
raw::Result ReceivePidfd(int channel);

// The parent's side of what ReceiveMount takes: `mount` goes along.
raw::Result PassMount(int channel, uint16_t step, int mount);
// The descriptor of the parent's next message, which must bring a mount.
raw::Result ReceiveMount(int channel);

// Waits for the filter of SendFilter; returns its number of instructions.
raw::Result ReceiveProgram(int channel, FilterPacket* packet);

// Waits for the parent's next message; ESRCH when the parent is gone.
raw::Result AwaitSignal(int channel);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_REPORT_H_
