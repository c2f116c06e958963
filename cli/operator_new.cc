// The program's operator new: a StartupArena first, malloc when that is full.
//
// What is released out of order is lost to the arena, at most all of it; from
// then on everything is malloc's, and a chmdocker that waits for a container
// for years grows no further. The buffer takes memory only as far as it is
// used.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "cli/startup_arena.h"

namespace {

constinit chmdocker::cli::StartupArena<size_t{512} * 1024> arena;

void* Allocate(size_t size) {
  if (void* memory = arena.Allocate(size)) return memory;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  // As operator new must not return null, and nothing here throws.
  std::abort();
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }

void operator delete(void* memory) noexcept {
  if (!arena.Owns(memory)) std::free(memory);
}
void operator delete[](void* memory) noexcept { operator delete(memory); }

void operator delete(void* memory, size_t size) noexcept {
  if (arena.Owns(memory)) {
    arena.Release(memory, size);
  } else {
    std::free(memory);
  }
}
void operator delete[](void* memory, size_t size) noexcept {
  operator delete(memory, size);
}
