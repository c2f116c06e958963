// Effects, on the host: OCI linux.netDevices.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NET_DEVICES_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NET_DEVICES_H_

#include <vector>

#include "absl/status/status.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::namespaces {

// Moves interfaces from the calling thread's network namespace into the one
// that `netns` refers to, under their new names, and sets them up there. They
// keep their permanent addresses of global scope; the kernel takes them away in
// a move. An interface is not touched when its new name is taken; a new name
// with
// "%d" in it lets the kernel choose. Errors name the interface:
// `network device "eth1": find: ENODEV (no such device)`. Those moved before
// stay where they are: the kernel gives physical ones back when the namespace
// ends.
absl::Status MoveNetDevices(const std::vector<spec::NetDevice>& devices,
                            int netns);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NET_DEVICES_H_
