// What containers of the OCI form are made from, while they are measured.
#ifndef CHMDOCKER_TESTING_BENCH_BUNDLE_H_
#define CHMDOCKER_TESTING_BENCH_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "testing/bench/programs.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

// Directories with a configuration each: what `chmdocker spec` writes, less the
// terminal, and of a version that older runtimes know. All have one root file
// system, in which /true is the command.
struct Bundles {
  std::string rootfs;
  std::string plain;
  std::string profile;  // with the capabilities and the filter of docker
  std::string waiting;  // its command waits to be killed
};

absl::StatusOr<Bundles> MakeBundles(const Workspace& workspace,
                                    const Programs& programs);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_BUNDLE_H_
