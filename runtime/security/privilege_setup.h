// Effects: what the process gives up: user, groups, capabilities, system calls.
//
// Runs in chmdocker-init: no C++ runtime. Each function executes the step that
// it takes.
#ifndef CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_SETUP_H_
#define CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_SETUP_H_

#include <stdint.h>

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::security {

raw::Result Run(const step::NoNewPrivileges<const char*>& step);

// With a listener, sends it over `channel` as the step number `index`: from
// here on the filter decides about that, too.
raw::Result Run(const step::LoadSeccomp<const char*>& step, int channel,
                uint16_t index);

raw::Result Run(const step::LimitCapabilities<const char*>& step);
raw::Result Run(const step::SetUser<const char*>& step, step::Note& note);

// `note` says which capability could not be had.
raw::Result Run(const step::SetCapabilities<const char*>& step,
                step::Note& note);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_PRIVILEGE_SETUP_H_
