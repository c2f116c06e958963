#include "runtime/base/flag_names.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/flags.h"

namespace chmdocker {
namespace {

struct Name {
  uint64_t bit;
  // No pointers, which each start of the program would have to relocate.
  char kernel[24];
  char word[12];
};

constexpr Name kCloneNames[] = {
    {CLONE_NEWCGROUP, "CLONE_NEWCGROUP", "cgroup"},
    {CLONE_NEWIPC, "CLONE_NEWIPC", "ipc"},
    {CLONE_NEWNET, "CLONE_NEWNET", "net"},
    {CLONE_NEWNS, "CLONE_NEWNS", "mount"},
    {CLONE_NEWPID, "CLONE_NEWPID", "pid"},
    {CLONE_NEWTIME, "CLONE_NEWTIME", "time"},
    {CLONE_NEWUSER, "CLONE_NEWUSER", "user"},
    {CLONE_NEWUTS, "CLONE_NEWUTS", "uts"},
};

constexpr Name kMountNames[] = {
    {MS_RDONLY, "MS_RDONLY", "ro"},
    {MS_NOSUID, "MS_NOSUID", "nosuid"},
    {MS_NODEV, "MS_NODEV", "nodev"},
    {MS_NOEXEC, "MS_NOEXEC", "noexec"},
    {MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW", "nosymfollow"},
    {MS_NOATIME, "MS_NOATIME", "noatime"},
    {MS_NODIRATIME, "MS_NODIRATIME", "nodiratime"},
    {MS_RELATIME, "MS_RELATIME", "relatime"},
    {MS_STRICTATIME, "MS_STRICTATIME", "strictatime"},
    {MS_REMOUNT, "MS_REMOUNT", "remount"},
    {MS_BIND, "MS_BIND", "bind"},
    {MS_REC, "MS_REC", "recursive"},
    {MS_PRIVATE, "MS_PRIVATE", "private"},
    {MS_SLAVE, "MS_SLAVE", "slave"},
    {MS_SHARED, "MS_SHARED", "shared"},
    {MS_UNBINDABLE, "MS_UNBINDABLE", "unbindable"},
};

constexpr Name kAttributeNames[] = {
    {MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY", "ro"},
    {MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID", "nosuid"},
    {MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV", "nodev"},
    {MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC", "noexec"},
    {MOUNT_ATTR_NOSYMFOLLOW, "MOUNT_ATTR_NOSYMFOLLOW", "nosymfollow"},
    {MOUNT_ATTR_NODIRATIME, "MOUNT_ATTR_NODIRATIME", "nodiratime"},
    // All of the field, as it is cleared; then its values.
    {MOUNT_ATTR__ATIME, "MOUNT_ATTR__ATIME", "atime"},
    {MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME", "noatime"},
    {MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME", "strictatime"},
};

template <auto kSpelling>
std::string Join(uint64_t bits, absl::Span<const Name> names,
                 absl::string_view separator) {
  std::string out;
  const auto append = [&](absl::string_view word) {
    absl::StrAppend(&out, out.empty() ? "" : separator, word);
  };
  for (const Name& name : names) {
    if ((bits & name.bit) != name.bit) continue;
    append(name.*kSpelling);
    bits &= ~name.bit;
  }
  if (bits != 0) append(absl::StrCat("0x", absl::Hex(bits)));
  return out;
}

std::string KernelNames(uint64_t bits, absl::Span<const Name> names) {
  return bits == 0 ? "0" : Join<&Name::kernel>(bits, names, "|");
}

}  // namespace

std::string FlagNames(CloneFlags flags) {
  return KernelNames(flags.bits(), kCloneNames);
}
std::string FlagNames(MountFlags flags) {
  return KernelNames(flags.bits(), kMountNames);
}
std::string FlagNames(MountAttributes flags) {
  return KernelNames(flags.bits(), kAttributeNames);
}

std::string NamespaceWords(CloneFlags flags) {
  return Join<&Name::word>(flags.bits(), kCloneNames, ", ");
}
std::string OptionWords(MountFlags flags) {
  return Join<&Name::word>(flags.bits(), kMountNames, ",");
}
std::string OptionWords(MountAttributes flags) {
  return Join<&Name::word>(flags.bits(), kAttributeNames, ",");
}

}  // namespace chmdocker
