// What is compared: the ways to run one command in the tutorial's namespaces.
#ifndef CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
#define CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_

#include <string>
#include <vector>

#include "testing/bench/options.h"

namespace chmdocker::bench {

struct Contestant {
  std::string name;
  // Its first word is a file, or empty for a program that is not installed.
  std::vector<std::string> argv;

  bool installed() const { return !argv[0].empty(); }
};

// The first of all; the others are measured against it.
inline constexpr char kFloor[] = "floor";

// The floor and what `options` chooses of the others, installed or not.
std::vector<Contestant> Contestants(const Options& options);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
