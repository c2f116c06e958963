// Effects: the id maps of a user namespace, written by the parent of its first
// process.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_ID_MAPS_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_ID_MAPS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace chmdocker::namespaces {

// Writes a map of the user namespace that `pid`, a child of the caller, is in:
// lines "INSIDE OUTSIDE COUNT\n". What the caller may not write, newuidmap(1)
// and newgidmap(1) are asked to; the map of a single group is written after
// setgroups is given up: user_namespaces(7).
absl::Status WriteUserMap(pid_t pid, const std::string& users);
absl::Status WriteGroupMap(pid_t pid, const std::string& groups);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_ID_MAPS_H_
