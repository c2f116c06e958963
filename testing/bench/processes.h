// Who descends from whom, and what is left running beside a container.
#ifndef CHMDOCKER_TESTING_BENCH_PROCESSES_H_
#define CHMDOCKER_TESTING_BENCH_PROCESSES_H_

#include <sys/types.h>

#include <vector>

namespace chmdocker::bench {

std::vector<pid_t> ChildrenOf(pid_t pid);

// Those that the supervisor has, or their children have, without the caller and
// its own: what RunOutside has left running.
std::vector<pid_t> ProcessesOutside();

struct Footprint {
  int processes = 0;
  double kib = 0;  // PSS: pages that several share are divided among them
};

// Of those of `pids` that still run and are not in the pid namespace of
// `container`.
Footprint FootprintBeside(const std::vector<pid_t>& pids, pid_t container);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_PROCESSES_H_
