// Finds out what the host can do for the caller by doing it.
#ifndef CHMDOCKER_RUNTIME_HOST_TRY_ABILITIES_H_
#define CHMDOCKER_RUNTIME_HOST_TRY_ABILITIES_H_

#include "absl/status/statusor.h"
#include "runtime/host/abilities.h"

namespace chmdocker::host {

// All but cgroups and Trial::kIdRanges, in children that leave nothing behind.
absl::StatusOr<Abilities> TryAbilities();

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_TRY_ABILITIES_H_
