// Effects: what a new process does about its own namespaces.
//
// Runs in the vforked child and in chmdocker-init: no C++ runtime. Each
// function executes the step that it takes.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_SETUP_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_SETUP_H_

#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::namespaces {

raw::Result Run(const step::DenySetgroups<const char*>& step);
raw::Result Run(const step::WriteIdMap<const char*>& step);
raw::Result Run(const step::SetHostname<const char*>& step);
raw::Result Run(const step::BringUpLoopback<const char*>& step);
raw::Result Run(const step::SetDomainname<const char*>& step);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_SETUP_H_
