// What depends on how the calling process was started.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_CALLER_H_
#define CHMDOCKER_RUNTIME_CONTAINER_CALLER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::container {

// Whether the caller has left that many descriptors open from 3 on: a gap could
// be filled by one of ours, which the container would get.
absl::Status CheckPreserved(const Runtime& runtime, uint64_t count);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_CALLER_H_
