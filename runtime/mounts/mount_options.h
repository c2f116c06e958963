// Pure: mount options between mount(2)'s flags and mount_setattr(2)'s.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_MOUNT_OPTIONS_H_
#define CHMDOCKER_RUNTIME_MOUNTS_MOUNT_OPTIONS_H_

#include "runtime/base/flags.h"

namespace chmdocker::mounts {

// What of a mount changes; everything else stays.
struct AttributeChange {
  MountAttributes set;
  MountAttributes cleared;
  bool empty() const { return set.empty() && cleared.empty(); }
  bool operator==(const AttributeChange&) const = default;
};

// Flags switched on and off by name. What is a flag of the file system and not
// of the mount (sync, lazytime, ...) has no attribute and is left out.
AttributeChange ToAttributes(MountFlags set, MountFlags cleared);

// The change with the access time's field cleared as a whole if at all, as the
// kernel wants it.
AttributeChange Complete(AttributeChange change);

// Attributes as mount(2) takes them.
MountFlags ToMountFlags(MountAttributes attributes);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_MOUNT_OPTIONS_H_
