// All that was measured. Pure data.
#ifndef CHMDOCKER_TESTING_BENCH_RESULT_H_
#define CHMDOCKER_TESTING_BENCH_RESULT_H_

#include <optional>
#include <string>
#include <vector>

#include "testing/bench/processes.h"
#include "testing/bench/runner.h"
#include "testing/bench/trace.h"

namespace chmdocker::bench {

// Of one contestant, a run for each round.
struct Series {
  std::string name;
  std::string floor;  // the name of the series that it is measured against
  std::vector<Run> runs;
  std::optional<Counts> counts;
};

struct Size {
  std::string name;
  double kib = 0;
};

// What a runtime leaves beside a container that runs.
struct Left {
  std::string name;
  Footprint footprint;
};

// Many starts, so many at a time; a value for each repetition.
struct Throughput {
  std::string name;
  std::string floor;
  int at_a_time = 0;
  std::vector<double> rates;   // starts per second
  std::vector<double> cpu_ms;  // of one start
};

inline constexpr char kContainers[] = "running containers";
inline constexpr char kMounts[] = "mounts";

// A series of runs beside so many of something.
struct Growth {
  std::string of;  // kContainers or kMounts
  int count = 0;
  Series series;
};

struct Result {
  std::string kernel;  // as uname -r
  int cpus = 0;
  std::string cgroups;         // their versions
  std::vector<Series> series;  // each floor first in its group
  std::vector<Size> sizes;
  std::vector<Left> left;
  std::vector<Throughput> throughput;
  std::vector<Throughput> at_once;
  std::vector<Growth> growth;
  std::vector<std::string> skipped;  // and why
};

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_RESULT_H_
