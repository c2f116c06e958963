// Effects: the home directory of the container's user.
//
// Runs in chmdocker-init: no C++ runtime.
#ifndef CHMDOCKER_RUNTIME_EXEC_HOME_SETUP_H_
#define CHMDOCKER_RUNTIME_EXEC_HOME_SETUP_H_

#include "runtime/base/text_buffer.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::exec {

// "HOME=/root" with its NUL; empty: not looked up.
using Home = TextBuffer<1024>;

// Looks the user up in /etc/passwd. Nothing that is in there, or is not, is a
// failure.
raw::Result Run(const step::FindHome<const char*>& step, Home& home);

// Puts `home`, if it is not empty, in the place of an entry "HOME=".
void FillHome(const char* const* environment, const Home& home);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_HOME_SETUP_H_
