// A profile as it stands in a config.json.
#ifndef CHMDOCKER_TESTING_BENCH_SECCOMP_JSON_H_
#define CHMDOCKER_TESTING_BENCH_SECCOMP_JSON_H_

#include <string>

#include "runtime/spec/seccomp.h"

namespace chmdocker::bench {

// The object linux.seccomp. Of `profile` neither flags nor a listener.
std::string SeccompJson(const spec::Seccomp& profile);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_SECCOMP_JSON_H_
