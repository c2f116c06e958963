// A table of names that is hashed when the program is compiled: a profile names
// hundreds of system calls, and each start of a container looks all of them up.
// Offsets only: nothing to relocate when the program starts.
#ifndef CHMDOCKER_RUNTIME_SECURITY_NAME_INDEX_H_
#define CHMDOCKER_RUNTIME_SECURITY_NAME_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace chmdocker::security {

constexpr size_t HashOfName(absl::string_view name) {
  uint32_t hash = 0;
  for (const char c : name) hash = hash * 31 + static_cast<unsigned char>(c);
  return hash ^ hash >> 10;
}

// `kSlots` is a power of two, and more than there are names.
template <size_t kSlots>
class NameIndex {
 public:
  // `name_at(i)` is the name of each i below `count`.
  template <class NameAt>
  constexpr NameIndex(size_t count, NameAt name_at) {
    for (size_t i = 0; i < count; ++i) {
      size_t slot = HashOfName(name_at(i)) % kSlots;
      while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<uint16_t>(i + 1);
    }
  }

  // Which of the names it is; nothing for any other. The same `name_at`.
  template <class NameAt>
  constexpr std::optional<size_t> Find(absl::string_view name,
                                       NameAt name_at) const {
    size_t slot = HashOfName(name) % kSlots;
    for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
      const size_t i = slots_[slot] - size_t{1};
      if (name_at(i) == name) return i;
    }
    return std::nullopt;
  }

 private:
  std::array<uint16_t, kSlots> slots_ =
      {};  // one more than the name's; 0: none
};

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_NAME_INDEX_H_
