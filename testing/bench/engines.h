// Whole engines, and systemd-nspawn: those that have rights and filters of
// their own and take a root file system instead of a bundle.
#ifndef CHMDOCKER_TESTING_BENCH_ENGINES_H_
#define CHMDOCKER_TESTING_BENCH_ENGINES_H_

#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

// Adds them to the group of kProfileFloor.
void AddEngines(const Bundles& bundles, const Workspace& workspace,
                Field& field);

// Removes what is theirs and is not in the workspace: docker's image, and a
// directory that systemd-nspawn makes in /run.
void ForgetEngines(const Workspace& workspace);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_ENGINES_H_
