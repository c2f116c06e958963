// Other containers, some of whose namespaces a new one is to be in.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_JOIN_CONTAINERS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_JOIN_CONTAINERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::container {

// Adds what is wished for to spec.joined_processes, and returns a pidfd for
// each of these: it can't become another process. What a container shares with
// the caller is not joined, and stays the caller's. The namespaces of an
// ordinary user's container belong to its user namespace, which is joined, too.
// An error names the container: it is not on record, does not run, or is out of
// this user's reach.
absl::StatusOr<std::vector<UniqueFd>> JoinContainers(
    const Runtime& runtime, const std::vector<JoinWish>& wishes,
    const host::HostFacts& facts, spec::ContainerSpec& spec);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_JOIN_CONTAINERS_H_
