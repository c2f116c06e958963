// The systemd unit of a container whose cgroups systemd makes:
// --systemd-cgroup.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_SYSTEMD_UNIT_H_
#define CHMDOCKER_RUNTIME_CONTAINER_SYSTEMD_UNIT_H_

#include <sys/types.h>

#include "absl/status/status.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"
#include "runtime/state/record.h"
#include "runtime/systemd/manager.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::container {

// The unit of a container that is being created.
class SystemdUnit {
 public:
  // Connects to systemd, and notes in `record` which unit it will be, in
  // `spec.cgroups_path` where its cgroup will be, and in `facts` the
  // hierarchies that systemd gives away.
  absl::Status Find(const Runtime& runtime, spec::ContainerSpec& spec,
                    host::HostFacts& facts, state::Record& record);

  // With `process` in it, unless it is a slice.
  absl::Status Start(const spec::ContainerSpec& spec,
                     const host::HostFacts& facts, const state::Record& record,
                     pid_t process);

  // Whether a process can be put into it by systemd.
  bool TakesProcess() const { return !name_.IsSlice(); }

 private:
  systemd::Manager manager_;
  systemd::UnitName name_;
  bool of_user_ = false;
  systemd::Properties annotated_;
};

// Tells systemd what is about to be written to the container's cgroups.
absl::Status UpdateUnit(const Runtime& runtime, const state::Record& record,
                        const spec::Resources& resources);

// Stops the container's unit, in which nothing is left. That it can't be is
// only warned of: there is nothing in it.
void StopUnit(const Runtime& runtime, const state::Record& record);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_SYSTEMD_UNIT_H_
