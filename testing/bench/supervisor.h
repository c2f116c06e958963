// The process that stays when the benchmark ends, however it ends, and removes
// what it has left.
#ifndef CHMDOCKER_TESTING_BENCH_SUPERVISOR_H_
#define CHMDOCKER_TESTING_BENCH_SUPERVISOR_H_

#include <functional>

namespace chmdocker::bench {

// Runs `work` in a process of its own and returns the exit status for the
// whole: what `work` returned, or 128 and the number of the signal that ended
// it. SIGINT, SIGTERM, SIGHUP and SIGQUIT end it at once. Processes that it or
// anything that it has started left running have been killed then, those that
// nobody else is parent of included. -1 if there is no such process.
int Supervise(const std::function<int()>& work);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_SUPERVISOR_H_
