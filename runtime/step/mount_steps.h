// Steps that make the file system that the container sees. Part of step.h.
#ifndef CHMDOCKER_RUNTIME_STEP_MOUNT_STEPS_H_
#define CHMDOCKER_RUNTIME_STEP_MOUNT_STEPS_H_

#include <cstdint>

#include "runtime/base/flags.h"
#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

// Sets the propagation of a mount, or with MS_REC of it and all below it:
// mount_namespaces(7), "Shared subtrees".
template <class Text>
struct SetPropagation {
  static constexpr StepKind kKind = StepKind::kSetPropagation;
  Place<Text> target;
  MountFlags propagation;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.target.slot, self.target.path, self.propagation);
  }
  bool operator==(const SetPropagation&) const = default;
};

// Mounts the layers of an image as one file system, with a directory on top of
// them that gets what the container writes: overlayfs. `directory` has "lower"
// with what leads to the layers, "0" the uppermost; "upper", "work", and
// "merged", which is mounted on.
template <class Text>
struct MountOverlay {
  static constexpr StepKind kKind = StepKind::kMountOverlay;
  Text directory{};  // absolute, on the host
  uint32_t layers = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.directory, self.layers);
  }
  bool operator==(const MountOverlay&) const = default;
};

// Binds the directory onto itself, as pivot_root(2) wants a mount point, and
// opens it as FdSlot::kRootfs.
template <class Text>
struct OpenRootfs {
  static constexpr StepKind kKind = StepKind::kOpenRootfs;
  Text path{};  // absolute, on the host
  MountApi api = MountApi::kDetached;
  // The mount that holds the directory is shared with the host, and is made
  // private first: pivot_root(2) wants that.
  bool leave_peers = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.api, self.leave_peers);
  }
  bool operator==(const OpenRootfs&) const = default;
};

// Mounts a new file system: mount(2). The mount point is created if missing.
// With MS_REMOUNT it changes the one that is there.
template <class Text>
struct MountFilesystem {
  static constexpr StepKind kKind = StepKind::kMountFilesystem;
  Text type{};
  Text source{};  // a name without meaning for most types
  Place<Text> target;
  MountFlags flags;
  Text data{};
  TargetLinks links = TargetLinks::kFollow;
  // A tmpfs: with the permissions of the directory that it covers, if there is
  // one; and with all that is in it.
  bool inherit_mode = false;
  bool copy_up = false;
  // Where the kernel does not let this user namespace mount the type: options
  // with which it may, which are tried first, and what of the host is bound,
  // with all below it. Empty: neither.
  Text weaker_data{};
  Text substitute{};
  MountAttributes substitute_attributes;
  MountApi api = MountApi::kDetached;  // of the substitute
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.type, self.source, self.target.slot, self.target.path,
          self.flags, self.data, self.links, self.inherit_mode, self.copy_up,
          self.weaker_data, self.substitute, self.substitute_attributes,
          self.api);
  }
  bool operator==(const MountFilesystem&) const = default;
};

// Mounts what is at `source` on `target` as well; the latter is created if
// missing, as a file or a directory like the source. The new mount has the
// attributes of the source's but for the changes.
template <class Text>
struct BindMount {
  static constexpr StepKind kKind = StepKind::kBindMount;
  Place<Text> source;
  Place<Text> target;
  MountAttributes set;
  bool recursive = false;
  MountApi api = MountApi::kDetached;
  MountAttributes cleared;
  // Of all mounts below, too: Linux 5.12. By mount(2) of the upper one only.
  MountAttributes recursive_set;
  MountAttributes recursive_cleared;
  SourceLinks source_links = SourceLinks::kFollow;
  TargetLinks target_links = TargetLinks::kFollow;
  bool copy_up = false;  // the source, empty so far, gets what it will cover
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.source.slot, self.source.path, self.target.slot,
          self.target.path, self.set, self.recursive, self.api, self.cleared,
          self.recursive_set, self.recursive_cleared, self.source_links,
          self.target_links, self.copy_up);
  }
  bool operator==(const BindMount&) const = default;
};

// Changes attributes of the mount at a place: mount_setattr(2), or a bind
// remount with the classic API.
template <class Text>
struct SetMountAttributes {
  static constexpr StepKind kKind = StepKind::kSetMountAttributes;
  Place<Text> target;
  MountAttributes set;
  MountApi api = MountApi::kDetached;
  MountAttributes cleared;
  bool recursive = false;  // of all mounts below, too: Linux 5.12
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.target.slot, self.target.path, self.set, self.api, self.cleared,
          self.recursive);
  }
  bool operator==(const SetMountAttributes&) const = default;
};

// Copies a mount of the host, lets it show other owners (mount_setattr(2),
// "ID-mapped mounts"), and sends it to init's next BindMount from
// FdSlot::kSent. By the parent: it needs CAP_SYS_ADMIN over the file system.
template <class Text>
struct SendMount {
  static constexpr StepKind kKind = StepKind::kSendMount;
  Text source{};  // absolute, on the host
  bool recursive = false;
  bool map_recursive = false;  // the owners below, too
  SourceLinks links = SourceLinks::kFollow;
  // Lines "ON-DISK SHOWN COUNT\n"; empty: those of init's user namespace.
  Text uid_map{};
  Text gid_map{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.source, self.recursive, self.map_recursive, self.links,
          self.uid_map, self.gid_map);
  }
  bool operator==(const SendMount&) const = default;
};

// A device node in the rootfs: mknod(2). One that is there already stays as it
// is; anything else in its place is EEXIST.
template <class Text>
struct MakeDevice {
  static constexpr StepKind kKind = StepKind::kMakeDevice;
  Text path{};
  uint32_t mode = 0;  // type and permissions, as for mknod(2)
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t uid = 0;  // in the container
  uint32_t gid = 0;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.mode, self.major, self.minor, self.uid, self.gid);
  }
  bool operator==(const MakeDevice&) const = default;
};

// A directory in the rootfs, with its parents; one that is there already stays.
template <class Text>
struct MakeDirectory {
  static constexpr StepKind kKind = StepKind::kMakeDirectory;
  Text path{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path);
  }
  bool operator==(const MakeDirectory&) const = default;
};

// A symbolic link in the rootfs; one that is there already stays.
template <class Text>
struct MakeSymlink {
  static constexpr StepKind kKind = StepKind::kMakeSymlink;
  Text path{};
  Text target{};
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.target);
  }
  bool operator==(const MakeSymlink&) const = default;
};

// Hides a path of the rootfs: a file under /dev/null, a directory under an
// empty read-only tmpfs (OCI linux.maskedPaths). What does not exist needs no
// hiding.
template <class Text>
struct MaskPath {
  static constexpr StepKind kKind = StepKind::kMaskPath;
  Text path{};
  MountApi api = MountApi::kDetached;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.path, self.api);
  }
  bool operator==(const MaskPath&) const = default;
};

// Makes the rootfs the root directory and detaches the old root:
// pivot_root(2), the pivot_root(".", ".") idiom.
template <class Text>
struct PivotRoot {
  static constexpr StepKind kKind = StepKind::kPivotRoot;
  // The old root is shared with the host, and is made a slave first: to
  // detach it would unmount the host's file systems.
  bool leave_peers = false;
  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor&& visit) {
    visit(self.leave_peers);
  }
  bool operator==(const PivotRoot&) const = default;
};

// The same where pivot_root can't be used, on an initramfs: moves the rootfs
// over "/" and changes the root into it. The old root stays below, so every
// procfs and sysfs of it is unmounted first: they would allow a nested user
// namespace to mount one without what is hidden here.
template <class Text>
struct MoveRoot {
  static constexpr StepKind kKind = StepKind::kMoveRoot;
  template <class Self, class Visitor>
  static void Visit(Self&, Visitor&&) {}
  bool operator==(const MoveRoot&) const = default;
};

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_MOUNT_STEPS_H_
