// Those of the compared programs that this workspace has built, as files that
// were all written the same way.
#ifndef CHMDOCKER_TESTING_BENCH_PROGRAMS_H_
#define CHMDOCKER_TESTING_BENCH_PROGRAMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "testing/bench/options.h"

namespace chmdocker::bench {

// Where Bazel puts them, as seen from the directory that `bazel run` and a test
// start in; bazel-bin is such a directory too.
inline constexpr char kBuiltChmdocker[] = "cli/chmdocker";
inline constexpr char kBuiltCommand[] = "testing/bench/floor/true";

struct Programs {
  std::string chmdocker;
  std::string floor;
  std::string oci_floor;
  std::string cycle_floor;
  std::string command;        // what everybody runs
  std::vector<Build> builds;  // of Options
};

// Copies them into `directory`, which must exist. Of how a file was written it
// depends in what pieces the kernel keeps it in memory, and how many faults a
// start has to take: a tenth of chmdocker's, between the linker's file and a
// copy.
absl::StatusOr<Programs> InstallPrograms(const Options& options,
                                         const std::string& directory);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_PROGRAMS_H_
