// A container's mounts: those of the bundle that `chmdocker spec` writes.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_MOUNTS_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_MOUNTS_H_

#include "testing/bench/floor/cgroup_calls.h"

namespace chmdocker::bench {

enum class Tree {
  kInPlace,  // attached first and then filled by mount(2), as planned
  // Filled by the newer calls and then attached; before Linux 6.15, kInPlace.
  kDetached,
};

// Makes `rootfs` the root directory of the caller, who has a mount namespace of
// its own. Whatever fails ends the process with kFailure.
void BuildMounts(const char* rootfs, Tree tree, const Cgroups& cgroups);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_MOUNTS_H_
