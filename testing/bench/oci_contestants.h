// The runtimes that know the OCI's command line, and their floors.
#ifndef CHMDOCKER_TESTING_BENCH_OCI_CONTESTANTS_H_
#define CHMDOCKER_TESTING_BENCH_OCI_CONTESTANTS_H_

#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

// chmdocker and its other builds, the peers of `options`, and crun and runc
// unless a peer is called that.
void AddRuntimes(const Options& options, const Programs& programs,
                 const Bundles& bundles, const Workspace& workspace,
                 Field& field);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_OCI_CONTESTANTS_H_
