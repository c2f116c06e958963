// The command line of the benchmark.
#ifndef CHMDOCKER_TESTING_BENCH_OPTIONS_H_
#define CHMDOCKER_TESTING_BENCH_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::bench {

// Another build of chmdocker to compare with.
struct Build {
  std::string name;
  std::string file;
};

struct Options {
  bool help = false;
  bool json = false;
  int rounds = 200;
  int warm_up = 10;
  std::vector<std::string> only;  // parts of names; empty: everything
  std::vector<Build> builds;
};

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& words);

absl::string_view HelpText();

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_OPTIONS_H_
