// Memory for the few hundred small objects of a start.
//
// musl's allocator maps and unmaps a page for nearly every size of object,
// which is a tenth of chmdocker's share of a start (docs/performance.md). A
// program that runs for a millisecond, or sleeps until its container ends, need
// not give such memory back.
#ifndef CHMDOCKER_CLI_STARTUP_ARENA_H_
#define CHMDOCKER_CLI_STARTUP_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "runtime/sys/raw/memory.h"

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
    if (used_ > faulted_in_) FaultIn(rounded);
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
  // A start needs some 80 KiB, and `--version` 8.
  static constexpr size_t kChunk = size_t{16} * 1024;
  static constexpr size_t kPage = 4096;
  static constexpr size_t RoundUp(size_t size) {
    return (size + kAlignment - 1) / kAlignment * kAlignment;
  }

  // With the next chunk; but not what is so large that it may never be used as
  // a whole.
  void FaultIn(size_t size) {
    const size_t ahead = size > kChunk ? 0 : kChunk;
    const size_t end = std::min(
        (kHead + used_ + ahead + kPage - 1) / kPage * kPage - kHead, kCapacity);
    if (ahead > 0) raw::FaultIn(buffer_ + faulted_in_, end - faulted_in_);
    faulted_in_ = end;
  }

  // In the same page as the first objects.
  static constexpr size_t kHead = 2 * sizeof(size_t);
  alignas(kPage) size_t used_ = 0;
  size_t faulted_in_ = 0;
  alignas(kAlignment) char buffer_[kCapacity] = {};
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_STARTUP_ARENA_H_
