// Runs the hooks of a container: config.md of the OCI runtime specification,
// "POSIX-platform Hooks".
#ifndef CHMDOCKER_RUNTIME_LAUNCH_HOOK_RUNNER_H_
#define CHMDOCKER_RUNTIME_LAUNCH_HOOK_RUNNER_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/hooks.h"

namespace chmdocker::launch {

enum class HookNamespaces : uint8_t {
  // The caller's: prestart, createRuntime, poststart, poststop.
  kRuntime,
  // The container's, but the hook's path is the caller's: createContainer.
  kContainerHostPath,
};

struct HookPlace {
  HookNamespaces namespaces = HookNamespaces::kRuntime;
  // Working directory, in these namespaces. runc's: the bundle; the rootfs for
  // createContainer.
  std::string directory = "/";
  // A signalfd whose signals end the hook, if their default action ends a
  // process; or -1.
  int interrupt_fd = -1;

  // The container's first process; for its namespaces only.
  pid_t pid = -1;
  int pidfd = -1;

  // Starts a hook with these standard descriptors, and returns when it runs:
  // for startContainer, whose hooks are programs of the image and so one more
  // process of the container, never a fork of this one. Unset: it is forked.
  std::function<absl::StatusOr<Launched>(const spec::Hook& hook, int input,
                                         int output)>
      launch;
};

// Runs `hooks` one after the other up to the first that fails. Each gets
// `state_json` as standard input, exactly the environment of the configuration,
// and signals at their defaults; what it writes is seen only in the error:
//
//   error running createRuntime hook #0: "/bin/x": exit status 3: what it wrote
//   last error running createRuntime hook #0: "/bin/x" timed out after 2 s
//   error running createRuntime hook #0: "/bin/x": execve: ENOENT (no such file
//   or directory)
//
// `kind` is the hooks' name in the configuration. A hook in the container's
// namespaces must be given the container's view: its state has the pid that the
// container sees. A hook that times out is killed with its session. The caller
// must have one thread. Needs pidfd_open(2), Linux 5.3.
absl::Status RunHooks(absl::string_view kind,
                      const std::vector<spec::Hook>& hooks,
                      absl::string_view state_json, const HookPlace& place);

// Runs all `hooks`, whatever becomes of the ones before; the status has the
// texts of all that failed. For poststop.
absl::Status RunAllHooks(absl::string_view kind,
                         const std::vector<spec::Hook>& hooks,
                         absl::string_view state_json, const HookPlace& place);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_HOOK_RUNNER_H_
