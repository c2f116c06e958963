// What the fields of steps are made of.
#ifndef CHMDOCKER_RUNTIME_STEP_STEP_PARTS_H_
#define CHMDOCKER_RUNTIME_STEP_STEP_PARTS_H_

#include <cstdint>

namespace chmdocker::step {

// What a path starts from.
enum class FdSlot : uint8_t {
  kRoot,    // the process's own root directory
  kRootfs,  // what OpenRootfs opened; the path is resolved inside it
  kSent,    // no path at all: the mount of the parent's next SendMount
};

// Which of the kernel's two ways to make bind mounts is used.
enum class MountApi : uint8_t {
  kDetached,  // open_tree, mount_setattr, move_mount: Linux 5.12
  kClassic,   // mount(2): attributes follow in a second call
};

// What becomes of symlinks on the way to what is mounted on.
enum class TargetLinks : uint8_t {
  kFollow,     // inside the rootfs; the target of a dangling one is created
  kNoFollow,   // the last component is taken as it is
  kForbidden,  // any of them is ELOOP (CVE-2019-19921)
};

// What becomes of a symlink that is the source of a bind mount.
enum class SourceLinks : uint8_t {
  kFollow,
  kNoFollow,  // it is mounted itself
  kCopy,      // the target becomes the same symlink; nothing is mounted
};

enum class IdKind : uint8_t { kUser, kGroup };

// The security modules that are asked for a label of the command's own.
enum class LabelKind : uint8_t { kApparmor, kSelinux };

// The OCI hooks that are run while a container is set up.
enum class HookKind : uint8_t {
  kPrestart,
  kCreateRuntime,
  kCreateContainer,
  kStartContainer,
};

template <class Text>
struct Place {
  FdSlot slot = FdSlot::kRoot;
  Text path{};
  bool operator==(const Place&) const = default;
};

// A list of texts, ended as argv is. Held as std::vector<std::string> by
// plans, as a null-terminated array by executors; chosen by Text.
template <class Text>
struct TextListOf;
template <>
struct TextListOf<const char*> {
  using Type = const char* const*;
};
template <class Text>
using TextList = typename TextListOf<Text>::Type;

// A list of numbers: groups, instructions of a filter, words of a bit set. Held
// as std::vector by plans, in place by executors; chosen by Text.
template <class Number>
struct Span {
  const Number* data = nullptr;
  uint64_t size = 0;  // in numbers
};
template <class Text, class Number>
struct NumbersOf;
template <class Number>
struct NumbersOf<const char*, Number> {
  using Type = Span<Number>;
};
template <class Text, class Number>
using Numbers = typename NumbersOf<Text, Number>::Type;

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_STEP_PARTS_H_
