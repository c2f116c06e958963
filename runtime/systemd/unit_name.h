// The systemd unit of a container, and where its cgroup is. Pure.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_UNIT_NAME_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_UNIT_NAME_H_

#include <string>

#include "absl/status/status.h"
#include "runtime/systemd/address.h"

namespace chmdocker::systemd {

struct UnitName {
  std::string slice;   // "system.slice"; "-.slice": the root
  std::string name;    // "chmdocker-web.scope"
  std::string cgroup;  // below the manager's: "/system.slice/..."

  // The unit is a slice itself: of kubelet's and podman's pods.
  bool IsSlice() const;
};

// linux.cgroupsPath is SLICE:PREFIX:NAME, the unit PREFIX-NAME.scope in SLICE
// (systemd.slice(5)); without a PREFIX NAME.scope, and a NAME that ends in
// ".slice" is a unit by itself. Empty: PREFIX is chmdocker, NAME is `id`. An
// empty SLICE is system.slice or the user's user.slice. InvalidArgument for any
// other form, and for names that systemd does not take.
absl::Status NameUnit(const std::string& cgroups_path, const std::string& id,
                      Scope scope, UnitName* unit);

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_UNIT_NAME_H_
