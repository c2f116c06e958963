// The command line of the benchmark.
#ifndef CHMDOCKER_TESTING_BENCH_OPTIONS_H_
#define CHMDOCKER_TESTING_BENCH_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::bench {

// A program to compare with: another build of chmdocker, or an OCI runtime.
struct Build {
  std::string name;
  std::string file;
};

struct Options {
  bool help = false;
  bool json = false;
  std::string svg;   // the file to write it to; empty: none
  int rounds = 200;  // 0: no table of single starts
  int warm_up = 10;
  bool cgroups = true;            // of containers that have a bundle
  std::vector<std::string> only;  // parts of names; empty: everything
  std::vector<Build> builds;
  std::vector<Build> peers;
  bool throughput = false;
  int starts = 200;  // of one measurement of throughput
  int repeats = 5;   // of throughput
  int at_once = 0;   // 0: not measured
  bool growth = false;
  int growth_rounds = 100;  // at each number
  std::vector<int> containers = {0, 100, 1000};
  std::vector<int> mounts = {0, 1000, 5000};
};

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& words);

absl::string_view HelpText();

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_OPTIONS_H_
