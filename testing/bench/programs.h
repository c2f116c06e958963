// Those of the compared programs that this workspace has built, as files that
// were all written the same way.
#ifndef CHMDOCKER_TESTING_BENCH_PROGRAMS_H_
#define CHMDOCKER_TESTING_BENCH_PROGRAMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "testing/bench/options.h"

namespace chmdocker::bench {

struct Programs {
  std::string chmdocker;
  std::string init;  // which is in chmdocker as well
  std::string floor;
  std::string oci_floor;
  std::string cycle_floor;
  std::string exec_floor;
  std::string hello;
  std::string wait;           // what runs in containers that others run beside
  std::string command;        // what everybody runs
  std::string filter;         // docker's profile as the kernel reads it
  std::vector<Build> builds;  // of Options
};

// Copies them into `directory`, which must exist. Of how a file was written it
// depends in what pieces the kernel keeps it in memory, and how many faults a
// start has to take: a tenth of chmdocker's, between the linker's file and a
// copy.
absl::StatusOr<Programs> InstallPrograms(const Options& options,
                                         const std::string& directory);

// The file that a shell would run; empty if there is none.
std::string FindProgram(absl::string_view name);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_PROGRAMS_H_
