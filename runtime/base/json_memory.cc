#include "runtime/base/json_memory.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "yyjson.h"

namespace chmdocker {
namespace {

// Ends the program where there is no memory, as all of its own does.
void* Allocate(void* /*context*/, size_t size) { return ::operator new(size); }

void Free(void* /*context*/, void* memory) { ::operator delete(memory); }

void* Reallocate(void* context, void* memory, size_t old_size, size_t size) {
  void* const moved = Allocate(context, size);
  memcpy(moved, memory, std::min(old_size, size));
  Free(context, memory);
  return moved;
}

constexpr yyjson_alc kMemory = {Allocate, Reallocate, Free, nullptr};

}  // namespace

const yyjson_alc& JsonMemory() { return kMemory; }

}  // namespace chmdocker
