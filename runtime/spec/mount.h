// OCI mounts[]. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_MOUNT_H_
#define CHMDOCKER_RUNTIME_SPEC_MOUNT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/flags.h"

namespace chmdocker::spec {

// One line of a user namespace's map: user_namespaces(7).
struct IdMapping {
  uint32_t container_id = 0;
  uint32_t host_id = 0;
  uint32_t size = 0;
  bool operator==(const IdMapping&) const = default;
};

// Whether a bind mount shows other owners than its source has: mount options
// `idmap` (this mount) and `ridmap` (those below, too).
enum class IdMapped : uint8_t { kNo, kThisMount, kRecursive };

// A file system that is mounted, or, for a bind mount, a place of the host that
// is shown. What the options say comes taken apart.
struct Mount {
  std::string destination;  // absolute, in the container
  std::string type;
  std::string source;  // absolute for a bind mount
  MountFlags flags;    // what is switched on: ro, nosuid, ...
  std::string data;    // the file system's own options, comma-separated
  // The container does without it where the kernel does not have this type, or
  // without a bind of a file where there is no place for one.
  bool optional = false;
  // A /proc: one of the processes only, or the host's, will do where a user
  // namespace may not mount it.
  bool may_be_weaker = false;

  bool bind = false;       // option bind or rbind, whatever the type says
  bool recursive = false;  // rbind
  // A source that is not there becomes a directory.
  bool makes_source = false;
  // What is switched off by name: rw, suid, dev, ...; of a bind mount, which
  // otherwise keeps what its source has.
  MountFlags cleared;
  // The r* options (rro, rnosuid, rsuid, ...): for the mount and all below it.
  MountAttributes recursive_set;
  MountAttributes recursive_cleared;
  // Without mount_setattr(2) they are left out.
  bool recursive_optional = false;
  // Propagation options in their order, MS_REC included: each a call of
  // mount(2).
  std::vector<MountFlags> propagation;
  // A bind of an empty directory, which starts with what it covers: a volume.
  bool fills_source = false;
  bool copy_up = false;  // tmpcopyup: a tmpfs starts with what it covers
  // Neither end may be a symlink: the options nosymfollow's neighbours
  // src-nofollow, dest-nofollow and copy-symlink of crun.
  bool source_nofollow = false;
  bool destination_nofollow = false;
  bool copy_symlink = false;
  IdMapped id_mapped = IdMapped::kNo;
  // For id_mapped; empty: those of the container's user namespace.
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_MOUNT_H_
