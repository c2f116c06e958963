// What a container shall be, shaped like the OCI runtime specification's
// config.json, whoever asked for it. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_
#define CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/flags.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::spec {

// OCI root. An empty path is the tutorial's form: the host's root directory.
struct Root {
  std::string path;  // absolute
  bool readonly = false;
  // Of an image: the path is that of "merged" in a directory of
  // step::MountOverlay, with as many layers. 0: it is a directory as it is.
  uint32_t overlay_layers = 0;
};

// OCI linux.devices[]: a device node.
struct Device {
  std::string path;  // absolute, in the container
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t permissions = 0666;
  DeviceKind kind = DeviceKind::kCharacter;  // never kAny
  uint32_t uid = 0;                          // in the container
  uint32_t gid = 0;
  // The host's node, which is bound where none can be made; empty: `path`.
  std::string source = {};
};

// A link that the OCI specification wants in every /dev.
struct Symlink {
  std::string path;
  std::string target;
};

// When a user namespace is made that `namespaces` does not name.
enum class UserNamespace : uint8_t {
  kNever,
  // For a caller who may not make the other namespaces: then with the caller
  // mapped to root. If `namespaces` does name it, its maps are given up for
  // that where newuidmap(1) refuses them.
  kIfUnprivileged,
};

// OCI linux.namespaces[] with a path: one that exists already.
struct JoinedNamespace {
  CloneFlags kind;   // one bit
  std::string path;  // absolute, on the host
};

// Namespaces of a running process, of which the caller has a descriptor.
struct JoinedProcess {
  CloneFlags namespaces;
};

// OCI linux.timeOffsets: what the clocks of a new time namespace are ahead.
struct TimeOffset {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
};
struct TimeOffsets {
  std::optional<TimeOffset> monotonic;
  std::optional<TimeOffset> boottime;
};

// OCI linux.netDevices: a network interface of the host that moves into the
// container.
struct NetDevice {
  std::string name;            // on the host
  std::string container_name;  // empty: the same
};

// OCI linux.memoryPolicy: set_mempolicy(2).
struct MemoryPolicy {
  uint32_t mode = 0;            // MPOL_*
  uint32_t flags = 0;           // MPOL_F_*
  std::vector<uint64_t> nodes;  // bit n%64 of word n/64 for node n
};

struct ContainerSpec {
  Process process;
  Root root;
  std::string hostname;    // empty: the host's name, copied by the kernel
  std::string domainname;  // empty: the host's
  std::vector<Mount> mounts;
  Hooks hooks;
  std::vector<std::pair<std::string, std::string>> annotations;

  // OCI linux.
  CloneFlags namespaces;  // new ones
  std::vector<JoinedNamespace> joined_namespaces;
  std::vector<JoinedProcess> joined_processes;
  UserNamespace user_namespace = UserNamespace::kNever;
  // Of a new user namespace that `namespaces` names.
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  TimeOffsets time_offsets;
  std::vector<Device> devices;
  std::vector<Symlink> symlinks;
  std::vector<NetDevice> net_devices;
  std::string cgroups_path;  // empty: named after the container
  Resources resources;
  MountFlags rootfs_propagation;  // empty: what keeps the host out, rslave
  std::optional<Seccomp> seccomp;
  // chmdocker's own profile (security/default_profile.h); `seccomp` is none
  // then.
  bool default_seccomp = false;
  std::optional<Landlock> landlock;  // with no_new_privileges
  std::vector<std::pair<std::string, std::string>> sysctl;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::string mount_label;              // empty: none asked for
  std::optional<uint32_t> personality;  // PER_*
  std::optional<MemoryPolicy> memory_policy;
};

// All namespaces that exist already.
inline CloneFlags Joined(const ContainerSpec& spec) {
  CloneFlags kinds;
  for (const JoinedNamespace& joined : spec.joined_namespaces) {
    kinds |= joined.kind;
  }
  for (const JoinedProcess& joined : spec.joined_processes) {
    kinds |= joined.namespaces;
  }
  return kinds;
}

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_
