// What a container shall be, shaped like the OCI runtime specification's
// config.json, whoever asked for it. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_
#define CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/flags.h"

namespace chmdocker::spec {

// OCI process.
struct Process {
  std::vector<std::string> args;  // args[0] is searched in env's PATH
  std::vector<std::string> env;   // "NAME=value"
  std::string cwd;  // absolute; empty: the caller's, without a rootfs only
  bool terminal = false;   // a pseudo-terminal of its own
  bool stdin_open = true;  // else the command reads from /dev/null
};

// OCI root. An empty path is the tutorial's form: the host's root directory.
struct Root {
  std::string path;  // absolute
  bool readonly = false;
};

// OCI mounts[]: a new file system. `data` is what is left of the options when
// the flags are taken out.
struct Mount {
  std::string destination;  // absolute, in the container
  std::string type;
  std::string source;
  MountFlags flags;
  std::string data;
  // The container does without it where the kernel does not have this type.
  bool optional = false;
};

// OCI linux.devices[]: a character device node.
struct Device {
  std::string path;  // absolute, in the container
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t permissions = 0666;
};

// A link that the OCI specification wants in every /dev.
struct Symlink {
  std::string path;
  std::string target;
};

// When a user namespace is made.
enum class UserNamespace : uint8_t {
  kNever,
  // For a caller who may not make the other namespaces: then with the caller
  // mapped to root.
  kIfUnprivileged,
};

struct ContainerSpec {
  Process process;
  Root root;
  std::string hostname;  // empty: the host's name, copied by the kernel
  std::vector<Mount> mounts;

  // OCI linux.
  CloneFlags namespaces;  // new ones, without user
  UserNamespace user_namespace = UserNamespace::kNever;
  std::vector<Device> devices;
  std::vector<Symlink> symlinks;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_CONTAINER_SPEC_H_
