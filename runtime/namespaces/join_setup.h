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

// What a process goes on with. It does not return.
struct Continuation {
  void (*function)(void* argument);
  void* argument;
};

// Returns on failure only. The new process has the memory of the old one, which
// ends at once: it tells the parent over `channel`, before it does anything
// else, which number it has outside, and goes on with `next`.
raw::Result Run(const step::Fork<const char*>& step, int channel,
                uint16_t index, const Continuation& next);

raw::Result Run(const step::BecomeRoot<const char*>& step);
raw::Result Run(const step::NewCgroupNamespace<const char*>& step);
raw::Result Run(const step::HideMemory<const char*>& step);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_JOIN_SETUP_H_
