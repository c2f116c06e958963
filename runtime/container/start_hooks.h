// The hooks that the image brings: startContainer.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_START_HOOKS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_START_HOOKS_H_

#include "absl/status/status.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

// Runs them, each as what it is: one more process of the container, which is
// set up as those of Exec are, and has no more rights than the command.
// `interrupt_fd` is a signalfd whose signals end a hook.
absl::Status RunStartHooks(const state::Record& record,
                           const spec::ContainerSpec& spec, int interrupt_fd);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_START_HOOKS_H_
