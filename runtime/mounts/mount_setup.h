// Effects: mounts, devices and the root directory of the container.
//
// Runs in chmdocker-init, in a mount namespace of its own: no C++ runtime.
// Each function executes the step that it takes. Paths in the rootfs are
// resolved inside it (//runtime/path), and what is mounted on is named by
// descriptor, never by a path that was checked before.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_MOUNT_SETUP_H_
#define CHMDOCKER_RUNTIME_MOUNTS_MOUNT_SETUP_H_

#include <sys/types.h>

#include "runtime/base/unique_fd.h"
#include "runtime/path/held_parent.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::mounts {

// The rootfs between OpenRootfs and PivotRoot. Meanwhile the umask is 0, so
// that what is created gets the modes that the steps say.
struct Rootfs {
  UniqueFd directory;
  path::HeldParent parent;
  mode_t caller_umask = 0;
  UniqueFd dev;   // the root of the file system mounted on /dev, if any
  UniqueFd sent;  // what the parent sent for the next BindMount
  // Mounts that hide a path, of which the next ones are copies.
  UniqueFd empty_file;
  UniqueFd empty_directory;
};

raw::Result Run(const step::SetPropagation<const char*>& step,
                const Rootfs& rootfs);
raw::Result Run(const step::MountOverlay<const char*>& step);
raw::Result Run(const step::OpenRootfs<const char*>& step, Rootfs& rootfs);
// The value is 0, or the way that step::MessageKind::kWeaker tells.
raw::Result Run(const step::MountFilesystem<const char*>& step, Rootfs& rootfs);
raw::Result Run(const step::BindMount<const char*>& step, Rootfs& rootfs);
raw::Result Run(const step::SetMountAttributes<const char*>& step,
                const Rootfs& rootfs);
raw::Result Run(const step::MakeDevice<const char*>& step,
                const Rootfs& rootfs);
raw::Result Run(const step::MakeDirectory<const char*>& step,
                const Rootfs& rootfs);
raw::Result Run(const step::MakeSymlink<const char*>& step,
                const Rootfs& rootfs);
raw::Result Run(const step::MaskPath<const char*>& step, Rootfs& rootfs);
raw::Result Run(const step::PivotRoot<const char*>& step, Rootfs& rootfs);
raw::Result Run(const step::MoveRoot<const char*>& step, Rootfs& rootfs);

// The end of what both ways into the rootfs do: to its directory, with the
// caller's umask and nothing of `rootfs` open.
raw::Result LeaveRootfs(Rootfs& rootfs);

// Opens what `place` names, with openat(2)'s `flags`.
raw::Result OpenPlace(const step::Place<const char*>& place, int flags,
                      const Rootfs& rootfs);

// Shows a terminal as /dev/console of the rootfs. If that is a link of the
// image the mount is on the link: where it leads, a file of /proc for example,
// is not the image's to cover (CVE-2025-52565).
raw::Result BindConsole(int terminal, step::MountApi api, Rootfs& rootfs);

// Mounts the object that `source` refers to on the one that `target` refers to.
// `step` has the rest, and the target's name for the classic way.
raw::Result Bind(int source, int target,
                 const step::BindMount<const char*>& step,
                 const Rootfs& rootfs);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_MOUNT_SETUP_H_
