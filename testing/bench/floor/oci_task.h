// What the floors of the OCI form have in common: what the kernel has to do for
// the bundle that `chmdocker spec` writes, in the order of
// runtime/plan/planner.cc. No checks that cost a call, no reports.
//
// Whatever fails ends the process with kFailure.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_

#include "testing/bench/floor/cgroup_calls.h"
#include "testing/bench/floor/mounts.h"
#include "testing/bench/floor/rights.h"

namespace chmdocker::bench {

struct Task {
  const char* rootfs;
  char* command;  // a file of the rootfs
  Tree tree;
  Rights rights;
  Cgroups cgroups;
};

// The words [--detached] [--filter=FILE]; returns those behind them.
char** ReadOptions(char** words, Task& task);

// The first process's part, but for its command.
void BecomeContainer(const Task& task);
[[noreturn]] void ExecCommand(char* command);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_
