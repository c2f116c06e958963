// Which devices a container may use: the rules of its configuration and those
// that every container has, in the form that both versions of cgroup start
// from. Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_DEVICE_RULES_H_
#define CHMDOCKER_RUNTIME_CGROUPS_DEVICE_RULES_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {

struct DeviceAccess {
  bool others_allowed = false;  // what no rule speaks of
  // In order; for each kind of access the last rule that speaks of the device
  // counts. None is for all access to all devices.
  std::vector<spec::DeviceRule> rules;
  size_t configured = 0;  // the first of them are the configuration's

  // Nothing is kept from the container.
  bool IsUnlimited() const { return others_allowed && rules.empty(); }
};

// `rules` is linux.resources.devices; what it does not speak of is forbidden.
DeviceAccess DeviceAccessFrom(const std::vector<spec::DeviceRule>& rules);

// cgroup v1 passes over an order to take a part of a wider rule back, and says
// nothing: devices.deny of "c 1:3 w" leaves what "c *:* rwm" allows
// (security/device_cgroup.c, dev_exception_rm). The error names the two rules.
absl::Status CheckDevicesV1(const std::vector<spec::DeviceRule>& rules);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_DEVICE_RULES_H_
