// The time of day, as records have it.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_NOW_H_
#define CHMDOCKER_RUNTIME_CONTAINER_NOW_H_

#include <string>

namespace chmdocker::container {

// RFC 3339 in UTC, with nanoseconds.
std::string Now();

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_NOW_H_
