// What a container gets when nobody says otherwise.
#ifndef CHMDOCKER_RUNTIME_SPEC_DEFAULTS_H_
#define CHMDOCKER_RUNTIME_SPEC_DEFAULTS_H_

#include <cstdint>

#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"

namespace chmdocker::spec {

// The tutorial's program: new UTS, PID, mount, net and IPC namespaces on the
// host's root file system, with a /proc of their own.
ContainerSpec TutorialDefaults();

// For a root file system: the same namespaces, and the mounts, devices,
// links, masked and read-only paths of "Default Filesystems" and "Default
// Devices" in the OCI runtime specification (config-linux.md) and of the
// configuration that `runc spec` writes. /sys/fs/cgroup is not mounted.
ContainerSpec RootfsDefaults();

// The same with rights as docker gives them: user and group 0 and no others,
// kDefaultCapabilities, no_new_privs, the default profile for system calls, and
// a cgroup namespace with its cgroups mounted read-only.
ContainerSpec ConfinedDefaults();

// docker's: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP,
// NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE and SETFCAP.
inline constexpr CapabilitySet kDefaultCapabilities = 0xA80425FB;

// What a process of the user `uid` has if it may have `set`: all of it is
// effective for root, and nothing at first for others, as execve(2) has it;
// nothing is inheritable or ambient.
Capabilities CapabilitiesOf(CapabilitySet set, uint32_t uid);

// PATH for a command whose environment has none, as in docker's images.
inline constexpr char kDefaultPath[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_DEFAULTS_H_
