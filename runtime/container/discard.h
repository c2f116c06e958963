// The last of a container that is kept.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_DISCARD_H_
#define CHMDOCKER_RUNTIME_CONTAINER_DISCARD_H_

#include "absl/status/status.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::container {

// Removes its files, its name and its record, as far as there are any. It must
// not run any more.
absl::Status Discard(const Runtime& runtime, Instance& instance);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_DISCARD_H_
