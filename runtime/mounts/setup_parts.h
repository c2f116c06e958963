// What the files that execute mount steps have in common.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MOUNTS_SETUP_PARTS_H_
#define CHMDOCKER_RUNTIME_MOUNTS_SETUP_PARTS_H_

#include "runtime/base/flags.h"
#include "runtime/mounts/mount_options.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::mounts {

// Opens what is mounted on as O_PATH, after creating it in the rootfs if it is
// missing. Never inside a procfs, unless by a name in /proc: a symlink that
// leads there would let a mount take the place of what protects the kernel.
raw::Result OpenTarget(const step::Place<const char*>& place, Rootfs& rootfs,
                       path::FileKind kind, step::TargetLinks links);

// Mounts on the directory `target` without naming it: mount(2) takes a path
// only, and "." is the one that can't be exchanged meanwhile.
raw::Result MountOnDirectory(int target, const char* source, const char* type,
                             MountFlags flags, const char* data);

// Opens the root of what was just mounted at `place`, over the directory
// `covered`, with openat(2)'s `flags`. EAGAIN if the place leads elsewhere by
// now.
raw::Result OpenMounted(const step::Place<const char*>& place,
                        const Rootfs& rootfs, int covered, int flags);

// Changes the mount that `fd` is the root of. What is locked in a user
// namespace stays, unless it was to be cleared by name: that is EPERM.
raw::Result Change(int fd, AttributeChange change, bool recursive,
                   step::MountApi api);

// Changes the propagation of the mount that holds `directory`. The working
// directory is another one afterwards.
raw::Result ChangeHolder(int directory, MountFlags propagation);

}  // namespace chmdocker::mounts

#endif  // CHMDOCKER_RUNTIME_MOUNTS_SETUP_PARTS_H_
