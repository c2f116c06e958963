// Paths without an allocation.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_PATH_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_PATH_H_

#include <stddef.h>
#include <string.h>

#include "testing/bench/floor/must.h"

namespace chmdocker::bench {

// "DIRECTORY/NAME", which must fit.
inline const char* Join(char (&to)[256], const char* directory,
                        const char* name) {
  const size_t length = strlen(directory);
  Must(length + strlen(name) + 2 <= sizeof(to));
  memcpy(to, directory, length);
  to[length] = '/';
  strcpy(to + length + 1, name);
  return to;
}

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_PATH_H_
