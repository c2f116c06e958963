// MakeDevice, MakeDirectory and MakeSymlink: what is created in the rootfs.
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "runtime/base/unique_fd.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/path/in_root.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::mounts {

raw::Result Run(const step::MakeDevice<const char*>& step,
                const Rootfs& rootfs) {
  const char* name = nullptr;
  const raw::Result opened =
      path::OpenParentInRoot(rootfs.directory.get(), step.path, &name);
  if (!opened.ok()) return opened;
  const UniqueFd parent(opened.fd());
  return raw::MknodAt(parent.get(), name, step.mode,
                      makedev(step.major, step.minor));
}

raw::Result Run(const step::MakeDirectory<const char*>& step,
                const Rootfs& rootfs) {
  const raw::Result made = path::CreateInRoot(rootfs.directory.get(), step.path,
                                              path::FileKind::kDirectory);
  if (made.ok()) (void)raw::Close(made.fd());
  return made;
}

raw::Result Run(const step::MakeSymlink<const char*>& step,
                const Rootfs& rootfs) {
  const char* name = nullptr;
  const raw::Result opened =
      path::OpenParentInRoot(rootfs.directory.get(), step.path, &name);
  if (!opened.ok()) return opened;
  const UniqueFd parent(opened.fd());
  const raw::Result made = raw::SymlinkAt(step.target, parent.get(), name);
  return made.error() == EEXIST ? raw::Result{} : made;
}

}  // namespace chmdocker::mounts
