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

// The newest form of the kernel's struct landlock_ruleset_attr; a kernel that
// knows less takes it if what it does not know is 0.
struct LandlockRules {
  uint64_t files;
  uint64_t ports;
  uint64_t scopes;
};

// landlock_create_ruleset(2); close-on-exec.
inline Result LandlockCreate(const LandlockRules& rules) {
  return Call(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
}

// landlock_add_rule(2): what `object`, or anything below it, is allowed.
inline Result LandlockAllowPath(int rules, int object, uint64_t rights) {
  constexpr unsigned kPathBeneath = 1;
  struct __attribute__((packed)) {
    uint64_t rights;
    int32_t object;
  } const rule = {rights, object};
  return Call(SYS_landlock_add_rule, rules, kPathBeneath, &rule, 0);
}
inline Result LandlockAllowPort(int rules, uint64_t port, uint64_t rights) {
  constexpr unsigned kNetPort = 2;
  const struct {
    uint64_t rights;
    uint64_t port;
  } rule = {rights, port};
  return Call(SYS_landlock_add_rule, rules, kNetPort, &rule, 0);
}

// landlock_restrict_self(2), for ever; wants no_new_privs or CAP_SYS_ADMIN.
inline Result LandlockRestrict(int rules, uint32_t flags) {
  return Call(SYS_landlock_restrict_self, rules, flags);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_LANDLOCK_H_
