// What is compared: the ways to run one command in the tutorial's namespaces,
// and in an OCI bundle.
#ifndef CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
#define CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_

#include <string>
#include <vector>

#include "testing/bench/bundle.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {

struct Contestant {
  std::string name;
  // Run one after the other. The first word of each is a file, or empty for a
  // program that is not installed.
  std::vector<Argv> commands;
  std::string floor;  // the name of what it is measured against
  // Removes what a failure has left, if anything can be.
  Argv cleanup = {};

  bool installed() const { return !commands[0][0].empty(); }
  bool is_floor() const { return name == floor; }
};

// The tutorial's namespaces around a host that is shared, and the bundle that
// `chmdocker spec` writes: run by one program, or in the three calls of an
// engine.
inline constexpr char kFloor[] = "floor";
inline constexpr char kOciFloor[] = "OCI floor";
inline constexpr char kCycleFloor[] = "OCI floor, three calls";

// The floors and what `options` chooses of the others, installed or not; each
// floor is the first of its group.
std::vector<Contestant> Contestants(const Options& options,
                                    const Programs& programs,
                                    const Bundle& bundle);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
