// Effects: how init comes into namespaces that exist already, or that only a
// child of its can be in.
//
// Runs in chmdocker-init: no C++ runtime. Each function executes the step that
// it takes.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_JOIN_SETUP_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_JOIN_SETUP_H_

#include <stdint.h>

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::namespaces {

// What fails is named in `note`.
raw::Result Run(const step::EnterCgroup<const char*>& step, step::Note& note);
raw::Result Run(const step::JoinNamespaces<const char*>& step,
                step::Note& note);

raw::Result Run(const step::LeaveGroups<const char*>& step);

// The pidfd comes over `channel`.
raw::Result Run(const step::JoinProcess<const char*>& step, int channel);

raw::Result Run(const step::NewTimeNamespace<const char*>& step);

// Returns in the new process; the old one tells the parent over `channel`, and
// exits.
raw::Result Run(const step::Fork<const char*>& step, int channel,
                uint16_t index);

raw::Result Run(const step::BecomeRoot<const char*>& step);
raw::Result Run(const step::NewCgroupNamespace<const char*>& step);
raw::Result Run(const step::HideMemory<const char*>& step);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_JOIN_SETUP_H_
