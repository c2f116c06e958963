// The cgroups of a container that is being made, for either face.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"

namespace chmdocker::container {

// cgroups::Creation in the hierarchies of `facts`. Warns of what these have
// nothing for; where they are not for the caller to change, an error says what
// can be done about it. `facts` and `resources` have to outlive it.
class NewCgroups {
 public:
  NewCgroups(const Runtime& runtime, const host::HostFacts& facts,
             const std::string& cgroups_path, const std::string& id,
             const spec::Resources& resources,
             cgroups::MayReuse may_reuse = nullptr, pid_t placed = 0);

  absl::Status MakeUnified();
  absl::StatusOr<cgroups::Directories> Finish();

 private:
  absl::Status Explained(const absl::Status& status) const;

  const host::HostFacts& facts_;
  cgroups::Creation creation_;
};

// Whether Finish can wait until the container's first process is on its way:
// that enters the cgroups of v1 in its own mount namespace then, by paths of
// the host, and has nothing in memory yet that counts.
bool CanFollow(const spec::ContainerSpec& spec, const host::HostFacts& facts);

// What can be done when a container can't have a cgroup, behind "; ".
std::string NeedsCgroup(const host::HostFacts& facts);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_MAKE_CGROUPS_H_
