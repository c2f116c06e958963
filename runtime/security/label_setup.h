// Effects: labels of security modules, and the session keyring.
//
// Runs in chmdocker-init: no C++ runtime. Each function executes the step that
// it takes; `note` says what the errno does not.
#ifndef CHMDOCKER_RUNTIME_SECURITY_LABEL_SETUP_H_
#define CHMDOCKER_RUNTIME_SECURITY_LABEL_SETUP_H_

#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::security {

raw::Result Run(const step::SetExecLabel<const char*>& step, step::Note& note);
raw::Result Run(const step::JoinKeyring<const char*>& step, step::Note& note);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_LABEL_SETUP_H_
