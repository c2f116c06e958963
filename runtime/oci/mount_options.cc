#include "runtime/oci/mount_options.h"

#include <linux/mount.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/flags.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {
namespace {

using spec::IdMapped;
using spec::Mount;

enum class Kind : uint8_t {
  kSet,        // MS_* is switched on,
  kClear,      // or off
  kTime,       // MS_*, one of those that say when access times are written
  kBind,       // MS_BIND, with or without MS_REC
  kPropagate,  // MS_SHARED, ..., with or without MS_REC
  kAttrSet,    // MOUNT_ATTR_* is switched on for the whole tree,
  kAttrClear,  // or off
  kAttrTime,   // MOUNT_ATTR_*, a value of the field MOUNT_ATTR__ATIME
  kIgnored,    // is so anyway
  kCopyUp,
  kIdMap,
  kRecursiveIdMap,
  kSourceNofollow,
  kDestinationNofollow,
  kCopySymlink,
};

struct Option {
  // No pointer, which each start of the program would have to relocate.
  char name[16];
  Kind kind;
  uint64_t bits = 0;
};

// In strcmp order. "acl" is not among them: MS_POSIXACL does nothing, file
// systems have options of that name.
constexpr Option kOptions[] = {
    {"async", Kind::kClear, MS_SYNCHRONOUS},
    {"atime", Kind::kClear, MS_NOATIME},
    {"bind", Kind::kBind},
    {"copy-symlink", Kind::kCopySymlink},
    {"defaults", Kind::kIgnored},
    {"dest-nofollow", Kind::kDestinationNofollow},
    {"dev", Kind::kClear, MS_NODEV},
    {"diratime", Kind::kClear, MS_NODIRATIME},
    {"dirsync", Kind::kSet, MS_DIRSYNC},
    {"exec", Kind::kClear, MS_NOEXEC},
    {"idmap", Kind::kIdMap},
    {"iversion", Kind::kSet, MS_I_VERSION},
    {"lazytime", Kind::kSet, MS_LAZYTIME},
    {"loud", Kind::kClear, MS_SILENT},
    {"mand", Kind::kSet, MS_MANDLOCK},
    {"noatime", Kind::kTime, MS_NOATIME},
    {"nodev", Kind::kSet, MS_NODEV},
    {"nodiratime", Kind::kSet, MS_NODIRATIME},
    {"noexec", Kind::kSet, MS_NOEXEC},
    {"noiversion", Kind::kClear, MS_I_VERSION},
    {"nolazytime", Kind::kClear, MS_LAZYTIME},
    {"nomand", Kind::kClear, MS_MANDLOCK},
    {"norelatime", Kind::kClear, MS_RELATIME},
    {"nostrictatime", Kind::kClear, MS_STRICTATIME},
    {"nosuid", Kind::kSet, MS_NOSUID},
    {"nosymfollow", Kind::kSet, MS_NOSYMFOLLOW},  // Linux 5.10
    {"private", Kind::kPropagate, MS_PRIVATE},
    {"ratime", Kind::kAttrTime, MOUNT_ATTR_RELATIME},
    {"rbind", Kind::kBind, MS_REC},
    {"rdev", Kind::kAttrClear, MOUNT_ATTR_NODEV},
    {"rdiratime", Kind::kAttrClear, MOUNT_ATTR_NODIRATIME},
    {"relatime", Kind::kTime, MS_RELATIME},
    {"remount", Kind::kSet, MS_REMOUNT},
    {"rexec", Kind::kAttrClear, MOUNT_ATTR_NOEXEC},
    {"ridmap", Kind::kRecursiveIdMap},
    {"rnoatime", Kind::kAttrTime, MOUNT_ATTR_NOATIME},
    {"rnodev", Kind::kAttrSet, MOUNT_ATTR_NODEV},
    {"rnodiratime", Kind::kAttrSet, MOUNT_ATTR_NODIRATIME},
    {"rnoexec", Kind::kAttrSet, MOUNT_ATTR_NOEXEC},
    {"rnorelatime", Kind::kIgnored},  // as runc: relatime is value 0, no bit
    // The field has no "off" bits to clear one by one, the kernel answers
    // EINVAL: what is off is what the kernel does by default.
    {"rnostrictatime", Kind::kAttrTime, MOUNT_ATTR_RELATIME},
    {"rnosuid", Kind::kAttrSet, MOUNT_ATTR_NOSUID},
    {"rnosymfollow", Kind::kAttrSet, MOUNT_ATTR_NOSYMFOLLOW},  // Linux 5.14
    {"ro", Kind::kSet, MS_RDONLY},
    {"rprivate", Kind::kPropagate, MS_REC | MS_PRIVATE},
    {"rrelatime", Kind::kAttrTime, MOUNT_ATTR_RELATIME},
    {"rro", Kind::kAttrSet, MOUNT_ATTR_RDONLY},
    {"rrw", Kind::kAttrClear, MOUNT_ATTR_RDONLY},
    {"rshared", Kind::kPropagate, MS_REC | MS_SHARED},
    {"rslave", Kind::kPropagate, MS_REC | MS_SLAVE},
    {"rstrictatime", Kind::kAttrTime, MOUNT_ATTR_STRICTATIME},
    {"rsuid", Kind::kAttrClear, MOUNT_ATTR_NOSUID},
    {"rsymfollow", Kind::kAttrClear, MOUNT_ATTR_NOSYMFOLLOW},
    {"runbindable", Kind::kPropagate, MS_REC | MS_UNBINDABLE},
    {"rw", Kind::kClear, MS_RDONLY},
    {"shared", Kind::kPropagate, MS_SHARED},
    {"silent", Kind::kSet, MS_SILENT},
    {"slave", Kind::kPropagate, MS_SLAVE},
    {"src-nofollow", Kind::kSourceNofollow},
    {"strictatime", Kind::kTime, MS_STRICTATIME},
    {"suid", Kind::kClear, MS_NOSUID},
    {"symfollow", Kind::kClear, MS_NOSYMFOLLOW},
    {"sync", Kind::kSet, MS_SYNCHRONOUS},
    {"tmpcopyup", Kind::kCopyUp},
    {"unbindable", Kind::kPropagate, MS_UNBINDABLE},
};

constexpr MountFlags kTimes{MS_NOATIME | MS_RELATIME | MS_STRICTATIME};
constexpr MountAttributes kAttrTimes{MOUNT_ATTR__ATIME};

void Set(MountFlags flags, Mount& mount) {
  mount.flags |= flags;
  mount.cleared = mount.cleared.without(flags);
}

void Clear(MountFlags flags, Mount& mount) {
  mount.flags = mount.flags.without(flags);
  mount.cleared |= flags;
}

void SetTree(MountAttributes attributes, Mount& mount) {
  mount.recursive_set |= attributes;
  mount.recursive_cleared = mount.recursive_cleared.without(attributes);
}

void ClearTree(MountAttributes attributes, Mount& mount) {
  mount.recursive_set = mount.recursive_set.without(attributes);
  mount.recursive_cleared |= attributes;
}

void Apply(const Option& option, Mount& mount) {
  const MountFlags flags(option.bits);
  const MountAttributes attributes(option.bits);
  switch (option.kind) {
    case Kind::kSet:
      return Set(flags, mount);
    case Kind::kClear:
      return Clear(flags, mount);
    case Kind::kTime:
      mount.flags = mount.flags.without(kTimes);
      return Set(flags, mount);
    case Kind::kBind:
      mount.bind = true;
      mount.recursive |= !flags.empty();
      return;
    case Kind::kPropagate:
      return mount.propagation.push_back(flags);
    case Kind::kAttrSet:
      return SetTree(attributes, mount);
    case Kind::kAttrClear:
      return ClearTree(attributes, mount);
    case Kind::kAttrTime:
      // mount_setattr(2): the whole field is cleared when a value is set.
      mount.recursive_cleared |= kAttrTimes;
      mount.recursive_set =
          mount.recursive_set.without(kAttrTimes) | attributes;
      return;
    case Kind::kIgnored:
      return;
    case Kind::kCopyUp:
      mount.copy_up = true;
      return;
    case Kind::kIdMap:
      mount.id_mapped = IdMapped::kThisMount;
      return;
    case Kind::kRecursiveIdMap:
      mount.id_mapped = IdMapped::kRecursive;
      return;
    case Kind::kSourceNofollow:
      mount.source_nofollow = true;
      return;
    case Kind::kDestinationNofollow:
      mount.destination_nofollow = true;
      return;
    case Kind::kCopySymlink:
      mount.copy_symlink = true;
      return;
  }
}

const Option* Find(absl::string_view name) {
  const Option* const found =
      std::lower_bound(std::begin(kOptions), std::end(kOptions), name,
                       [](const Option& option, absl::string_view n) {
                         return option.name < n;
                       });
  return found != std::end(kOptions) && found->name == name ? found : nullptr;
}

}  // namespace

void ApplyMountOptions(absl::Span<const std::string> options, Mount& mount) {
  for (const std::string& name : options) {
    if (const Option* const option = Find(name); option != nullptr) {
      Apply(*option, mount);
    } else if (!name.empty()) {
      absl::StrAppend(&mount.data, mount.data.empty() ? "" : ",", name);
    }
  }
}

std::vector<absl::string_view> MountOptionNames() {
  std::vector<absl::string_view> names;
  for (const Option& option : kOptions) names.push_back(option.name);
  return names;
}

std::optional<MountFlags> FindPropagation(absl::string_view name) {
  const Option* const option = Find(name);
  if (option == nullptr || option->kind != Kind::kPropagate) {
    return std::nullopt;
  }
  return MountFlags(option->bits);
}

}  // namespace chmdocker::oci
