// Also used by chmdocker-init, hence no C++ runtime here.
#include "runtime/mounts/mount_options.h"

#include "runtime/base/flags.h"

namespace chmdocker::mounts {
namespace {

struct Pair {
  MountFlags flag;
  MountAttributes attribute;
};
constexpr Pair kPairs[] = {
    {kMountReadonly, kAttrReadonly},
    {kMountNosuid, kAttrNosuid},
    {kMountNodev, kAttrNodev},
    {kMountNoexec, kAttrNoexec},
    {kMountNosymfollow, kAttrNosymfollow},
    {kMountNodiratime, kAttrNodiratime},
    {kMountNoatime, kAttrNoatime},
    {kMountStrictAtime, kAttrStrictAtime},
};

MountAttributes WithAttribute(MountFlags flags) {
  MountAttributes attributes;
  for (const Pair& pair : kPairs) {
    if (flags.has(pair.flag)) attributes |= pair.attribute;
  }
  return attributes;
}

bool TouchesAtime(MountAttributes attributes) {
  return (attributes.bits() & kAttrAtime.bits()) != 0;
}

}  // namespace

AttributeChange ToAttributes(MountFlags set, MountFlags cleared) {
  AttributeChange change = {WithAttribute(set), WithAttribute(cleared)};
  // Relatime is the field's 0.
  if (set.has(kMountRelatime)) change.cleared |= kAttrAtime;
  return Complete(change);
}

AttributeChange Complete(AttributeChange change) {
  if (TouchesAtime(change.set) || TouchesAtime(change.cleared)) {
    change.cleared |= kAttrAtime;
  }
  // Two values of the field make none: the stricter one counts.
  if (change.set.has(kAttrNoatime)) {
    change.set = change.set.without(kAttrStrictAtime);
  }
  return change;
}

MountFlags ToMountFlags(MountAttributes attributes) {
  MountFlags flags;
  for (const Pair& pair : kPairs) {
    if (attributes.has(pair.attribute)) flags |= pair.flag;
  }
  return flags;
}

}  // namespace chmdocker::mounts
