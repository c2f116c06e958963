// The result as text.
#ifndef CHMDOCKER_TESTING_BENCH_REPORT_H_
#define CHMDOCKER_TESTING_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "testing/bench/runner.h"

namespace chmdocker::bench {

// What was measured of one contestant, a run for each round.
struct Series {
  std::string name;
  std::string floor;  // the name of the series that it is measured against
  std::vector<Run> runs;
};

struct Result {
  std::string kernel;  // as uname -r
  int cpus = 0;
  std::vector<Series>
      series;  // each floor first in its group, all of one length
  std::vector<std::string> skipped;
};

std::string Table(const Result& result);
std::string Json(const Result& result);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_REPORT_H_
