// Memory for the few hundred small objects of a start.
//
// musl's allocator maps and unmaps a page for nearly every size of object,
// which is a tenth of chmdocker's share of a start (docs/performance.md). A
// program that runs for a millisecond, or sleeps until its container ends, need
// not give such memory back.
#ifndef CHMDOCKER_CLI_STARTUP_ARENA_H_
#define CHMDOCKER_CLI_STARTUP_ARENA_H_

#include <cstddef>
#include <cstdint>

namespace chmdocker::cli {

// Hands out one piece of memory after the other from a buffer that is part of
// it. For one thread. Constant-initialised, and so ready before any
// constructor.
template <size_t kCapacity>
class StartupArena {
 public:
  // Aligned for any type; null when there is no room left.
  void* Allocate(size_t size) {
    if (size > kCapacity - kAlignment) return nullptr;
    const size_t rounded = RoundUp(size == 0 ? 1 : size);
    if (rounded > kCapacity - used_) return nullptr;
    void* const memory = buffer_ + used_;
    used_ += rounded;
    return memory;
  }

  bool Owns(const void* memory) const {
    const auto address = reinterpret_cast<uintptr_t>(memory);
    const auto start = reinterpret_cast<uintptr_t>(buffer_);
    return address >= start && address < start + kCapacity;
  }

  // Takes back what was handed out last; anything else stays used. `memory` is
  // owned and has `size` bytes.
  void Release(void* memory, size_t size) {
    const size_t offset =
        static_cast<size_t>(static_cast<char*>(memory) - buffer_);
    if (offset + RoundUp(size == 0 ? 1 : size) == used_) used_ = offset;
  }

  size_t used() const { return used_; }

 private:
  static constexpr size_t kAlignment = alignof(max_align_t);
  static constexpr size_t RoundUp(size_t size) {
    return (size + kAlignment - 1) / kAlignment * kAlignment;
  }

  alignas(kAlignment) char buffer_[kCapacity] = {};
  size_t used_ = 0;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_STARTUP_ARENA_H_
