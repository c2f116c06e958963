// What an OCI runtime puts into /dev unasked.
#ifndef CHMDOCKER_RUNTIME_OCI_DEFAULT_DEVICES_H_
#define CHMDOCKER_RUNTIME_OCI_DEFAULT_DEVICES_H_

#include "runtime/spec/container_spec.h"

namespace chmdocker::oci {

// Adds "Default Devices" and "Default symlinks" of the specification (config-
// linux.md, runtime-linux.md), but for places that the configuration has a
// device or a mount for.
//
// A directory of the host that is mounted on /dev is left as it is, as runc
// does: nothing is added, and the configuration's own devices below /dev are
// dropped, for they would be made on the host.
void AddDefaultDevices(spec::ContainerSpec& spec);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_DEFAULT_DEVICES_H_
