// How the floors fail: at once, and without a word.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_MUST_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_MUST_H_

#include <unistd.h>

namespace chmdocker::bench {

inline constexpr int kFailure = 125;

// As a statement: all that is here has to work, or the process ends.
inline void Must(bool worked) {
  if (!worked) _exit(kFailure);
}

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_MUST_H_
