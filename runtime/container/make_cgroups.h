// The cgroups of a container that is being made, for either face.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::container {

// cgroups::Create in the hierarchies of `facts`. Warns of what these have
// nothing for; where they are not for the caller to change, an error says what
// can be done about it.
absl::StatusOr<cgroups::Directories> MakeCgroups(
    const Runtime& runtime, const host::HostFacts& facts,
    const std::string& cgroups_path, const std::string& id,
    const spec::Resources& resources,
    const cgroups::MayReuse& may_reuse = nullptr, pid_t placed = 0);

// What can be done when a container can't have a cgroup, behind "; ".
std::string NeedsCgroup(const host::HostFacts& facts);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_
