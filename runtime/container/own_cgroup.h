// The cgroup of a container that `run COMMAND` makes, from before its first
// process to after its last, and the record by which other commands find it. A
// kept container (state::Kept) has its record before and after that, too.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_OWN_CGROUP_H_
#define CHMDOCKER_RUNTIME_CONTAINER_OWN_CGROUP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/make_cgroups.h"
#include "runtime/container/run.h"
#include "runtime/host/facts.h"
#include "runtime/launch/guardian.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/directory.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

// linux.cgroupsPath below `wish.parent` for a cgroup that is called `name`.
std::string CgroupsPath(const CgroupWish& wish, const std::string& name);

class OwnCgroup {
 public:
  // Makes the cgroup, with the limits of `spec`, or as much of it as the first
  // process can't do without (CanFollow), and puts the container on record,
  // which is that of `kept` if there is one. An error names the limit, and what
  // can be done about it; nothing is left then. `spec` and `facts` have to
  // outlive this object.
  static absl::StatusOr<OwnCgroup> Make(const Runtime& runtime,
                                        const spec::ContainerSpec& spec,
                                        const CgroupWish& wish,
                                        const host::HostFacts& facts,
                                        std::optional<Instance> kept);

  OwnCgroup(OwnCgroup&&) = default;
  OwnCgroup& operator=(OwnCgroup&&) = delete;
  ~OwnCgroup();

  // As far as they are not made yet, where they will be. Empty: none could be
  // made, no limit was asked for, and the container has a pid namespace of its
  // own.
  const cgroups::Directories& directories() const { return record_.cgroups; }

  // With its record.
  const state::Directory& directory() const { return *directory_; }

  // The rest of the cgroup; nothing if there is none.
  absl::Status FinishCgroups();

  // The first process is there.
  absl::Status Record(const launch::Launched& launched);

  // Its command runs: others may work on the container from now on.
  absl::Status Started();

  // Ends what is left of the container, and removes cgroup and record. Returns
  // what its limits have kept it from.
  absl::StatusOr<cgroups::LimitEvents> Finish();

  // The kept container's command runs, and it goes on without this object. It
  // stays locked; that it runs has still to be saved.
  Instance Release();

 private:
  OwnCgroup(const Runtime& runtime, const host::HostFacts& facts,
            state::Record record, launch::Guardian guardian)
      : runtime_(&runtime),
        facts_(&facts),
        record_(std::move(record)),
        guardian_(std::make_unique<launch::Guardian>(std::move(guardian))) {}

  absl::Status SaveFirst(std::optional<Instance> kept);
  const Runtime* runtime_;
  const host::HostFacts* facts_;
  state::Record record_;
  std::string parent_;                           // of the wish
  std::unique_ptr<NewCgroups> unfinished_;       // null: all is made
  std::unique_ptr<state::Directory> directory_;  // null: none yet
  std::unique_ptr<launch::Guardian> guardian_;   // null: there is nothing left
};

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_OWN_CGROUP_H_
