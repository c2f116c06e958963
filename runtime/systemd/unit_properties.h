// A container's resources as settings of its unit. Pure.
//
// The limits are in the cgroup's files, where chmdocker writes them; systemd is
// told the same, for it writes what it knows again on daemon-reload and
// whenever it sets something of a unit.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_UNIT_PROPERTIES_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_UNIT_PROPERTIES_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::systemd {

struct SystemdFacts {
  int version = 0;
  bool has_v1 = false;       // controllers are cgroup v1's
  std::string proc_devices;  // the content of /proc/devices
};

// Adds the settings that systemd has for what is written to the files of a
// cgroup (cgroups::PlanWrites); the rest is left out.
//
// Of devices, systemd knows no exceptions, and not one minor number of every
// major one: on cgroup v1 it is told a part of the rules then, and on v2, where
// its filter counts beside chmdocker's, none.
void AddLimits(const std::vector<cgroups::Write>& writes,
               const SystemdFacts& facts, Properties* properties);

// What a new unit has beside its limits. `process` is put into it, unless it is
// a slice.
void AddUnit(const UnitName& unit, const std::string& description,
             pid_t process, const SystemdFacts& facts, Properties* properties);

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_UNIT_PROPERTIES_H_
