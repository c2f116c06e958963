// The kernel's flag words, each a type of its own: MS_RDONLY and
// MOUNT_ATTR_RDONLY have the same value by accident, MS_NOEXEC and
// MOUNT_ATTR_NOEXEC too, MS_NOATIME and MOUNT_ATTR_NOATIME do not.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_FLAGS_H_
#define CHMDOCKER_RUNTIME_BASE_FLAGS_H_

#include <linux/mount.h>
#include <linux/sched.h>

#include <cstdint>

namespace chmdocker {

template <class Space>
class Flags {
 public:
  constexpr Flags() = default;
  constexpr explicit Flags(uint64_t bits) : bits_(bits) {}

  constexpr uint64_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has(Flags other) const {
    return (bits_ & other.bits_) == other.bits_;
  }
  constexpr Flags operator|(Flags other) const {
    return Flags(bits_ | other.bits_);
  }
  constexpr Flags& operator|=(Flags other) {
    bits_ |= other.bits_;
    return *this;
  }
  constexpr Flags without(Flags other) const {
    return Flags(bits_ & ~other.bits_);
  }
  constexpr bool operator==(const Flags&) const = default;

 private:
  uint64_t bits_ = 0;
};

// clone(2): which namespaces a new process gets.
using CloneFlags = Flags<struct CloneFlagsSpace>;
inline constexpr CloneFlags kNewMount{CLONE_NEWNS};
inline constexpr CloneFlags kNewUts{CLONE_NEWUTS};
inline constexpr CloneFlags kNewIpc{CLONE_NEWIPC};
inline constexpr CloneFlags kNewPid{CLONE_NEWPID};
inline constexpr CloneFlags kNewNet{CLONE_NEWNET};
inline constexpr CloneFlags kNewUser{CLONE_NEWUSER};
inline constexpr CloneFlags kNewCgroup{CLONE_NEWCGROUP};
inline constexpr CloneFlags kNewTime{CLONE_NEWTIME};  // unshare(2) only

// mount(2): MS_*.
using MountFlags = Flags<struct MountFlagsSpace>;
inline constexpr MountFlags kMountReadonly{MS_RDONLY};
inline constexpr MountFlags kMountNosuid{MS_NOSUID};
inline constexpr MountFlags kMountNodev{MS_NODEV};
inline constexpr MountFlags kMountNoexec{MS_NOEXEC};
inline constexpr MountFlags kMountNosymfollow{MS_NOSYMFOLLOW};
inline constexpr MountFlags kMountNoatime{MS_NOATIME};
inline constexpr MountFlags kMountNodiratime{MS_NODIRATIME};
inline constexpr MountFlags kMountRelatime{MS_RELATIME};
inline constexpr MountFlags kMountStrictAtime{MS_STRICTATIME};
inline constexpr MountFlags kMountRecursive{MS_REC};
inline constexpr MountFlags kMountPrivate{MS_PRIVATE};
inline constexpr MountFlags kMountSlave{MS_SLAVE};
inline constexpr MountFlags kMountShared{MS_SHARED};
inline constexpr MountFlags kMountUnbindable{MS_UNBINDABLE};
inline constexpr MountFlags kMountBind{MS_BIND};
inline constexpr MountFlags kMountMove{MS_MOVE};
inline constexpr MountFlags kMountRemount{MS_REMOUNT};

// mount_setattr(2): MOUNT_ATTR_*.
using MountAttributes = Flags<struct MountAttributesSpace>;
inline constexpr MountAttributes kAttrReadonly{MOUNT_ATTR_RDONLY};
inline constexpr MountAttributes kAttrNosuid{MOUNT_ATTR_NOSUID};
inline constexpr MountAttributes kAttrNodev{MOUNT_ATTR_NODEV};
inline constexpr MountAttributes kAttrNoexec{MOUNT_ATTR_NOEXEC};
inline constexpr MountAttributes kAttrNosymfollow{MOUNT_ATTR_NOSYMFOLLOW};
inline constexpr MountAttributes kAttrNodiratime{MOUNT_ATTR_NODIRATIME};
// These three are one value, not bits: none of them is relatime. To change it
// all of kAttrAtime is cleared as well: mount_setattr(2).
inline constexpr MountAttributes kAttrNoatime{MOUNT_ATTR_NOATIME};
inline constexpr MountAttributes kAttrStrictAtime{MOUNT_ATTR_STRICTATIME};
inline constexpr MountAttributes kAttrAtime{MOUNT_ATTR__ATIME};

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_FLAGS_H_
