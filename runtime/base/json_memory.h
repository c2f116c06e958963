// Memory for yyjson by operator new, which the program serves from its own
// buffer at its start: malloc would map and unmap pages for each document.
#ifndef CHMDOCKER_RUNTIME_BASE_JSON_MEMORY_H_
#define CHMDOCKER_RUNTIME_BASE_JSON_MEMORY_H_

#include "yyjson.h"

namespace chmdocker {

// For yyjson_read_opts and its like.
const yyjson_alc& JsonMemory();

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_JSON_MEMORY_H_
