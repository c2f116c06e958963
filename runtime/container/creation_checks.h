// What is asked before anything of a container is made.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_CREATION_CHECKS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_CREATION_CHECKS_H_

#include "absl/status/status.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::container {

// Whether `spec` is in order, and can be set up by this process with these
// options. `has_terminal_keeper`: the caller keeps a terminal for which there
// is no console socket.
absl::Status CheckCreation(const Runtime& runtime, const CreateOptions& options,
                           const spec::ContainerSpec& spec,
                           bool has_terminal_keeper);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_CREATION_CHECKS_H_
