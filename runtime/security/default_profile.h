// The system calls that a person's container may make.
//
// Deny by default, with EPERM; what is newer than the table gets ENOSYS, on
// which libc falls back. Pure data.
#ifndef CHMDOCKER_RUNTIME_SECURITY_DEFAULT_PROFILE_H_
#define CHMDOCKER_RUNTIME_SECURITY_DEFAULT_PROFILE_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/spec/process.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {

// Calls that are judged alike, for one reason.
struct SyscallGroup {
  absl::string_view names;  // with a space between two
  // Who has any of these may make them; all: everybody, none: nobody.
  spec::CapabilitySet capabilities;
};

// Every call of x86_64 and x86 that libseccomp's table has is in one of them,
// but for those that DefaultProfile puts conditions on.
absl::Span<const SyscallGroup> SyscallGroups();

// The capabilities that the profile depends on.
spec::CapabilitySet ProfileCapabilities();

// For a container whose processes can have the capabilities of `bounding`.
spec::Seccomp DefaultProfile(spec::CapabilitySet bounding);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_DEFAULT_PROFILE_H_
