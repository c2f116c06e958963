// Random specifications and facts, for property tests.
#ifndef CHMDOCKER_RUNTIME_PLAN_RANDOM_SPEC_H_
#define CHMDOCKER_RUNTIME_PLAN_RANDOM_SPEC_H_

#include <random>

#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::plan {

// A specification that spec::Validate passes, any of them.
spec::ContainerSpec RandomSpec(std::mt19937& random);

host::HostFacts RandomFacts(std::mt19937& random);

}  // namespace chmdocker::plan

#endif  // CHMDOCKER_RUNTIME_PLAN_RANDOM_SPEC_H_
