// Landlock: rights that a process takes from itself and its children.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_LANDLOCK_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_LANDLOCK_H_

#include <stddef.h>
#include <stdint.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// The newest version of the kernel's interface: landlock_create_ruleset(2).
// ENOSYS where it was built without, EOPNOTSUPP where it was not turned on.
inline Result LandlockAbi() {
  constexpr unsigned kVersion = 1;
  return Call(SYS_landlock_create_ruleset, nullptr, size_t{0}, kVersion);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_LANDLOCK_H_
