// Effects: the process takes from itself what Landlock can refuse.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_SETUP_H_
#define CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_SETUP_H_

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::security {

// A path that can't be allowed goes into `note`.
raw::Result Run(const step::RestrictAccess<const char*>& step,
                step::Note& note);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_LANDLOCK_SETUP_H_
