// A profile to measure and to test with.
#ifndef CHMDOCKER_RUNTIME_SECURITY_ENGINE_PROFILE_H_
#define CHMDOCKER_RUNTIME_SECURITY_ENGINE_PROFILE_H_

#include <string>
#include <vector>

#include "runtime/spec/seccomp.h"

namespace chmdocker::security {

// A profile of the shape and size of the engines' default one: nearly all
// calls are allowed, some on conditions, the rest is EPERM.
spec::Seccomp EngineProfile(const std::vector<std::string>& architectures);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_ENGINE_PROFILE_H_
