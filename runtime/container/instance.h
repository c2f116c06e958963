// A stored container, open for one command.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_INSTANCE_H_
#define CHMDOCKER_RUNTIME_CONTAINER_INSTANCE_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/facts.h"
#include "runtime/launch/hook_runner.h"
#include "runtime/launch/notify_socket.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/resources.h"
#include "runtime/state/directory.h"
#include "runtime/state/record.h"
#include "runtime/step/step.h"

namespace chmdocker::container {

struct Instance {
  state::Directory directory;  // locked
  state::Record record;
};

// NotFound: `container "ID" does not exist`.
absl::StatusOr<Instance> Open(const Runtime& runtime, const std::string& id);

// What has become of it: its first process is asked, and its freezer.
absl::StatusOr<Status> StatusOf(const state::Record& record);
// The same when its first process is known to be alive.
absl::StatusOr<Status> StatusOfLiving(const state::Record& record);

// The configuration that it was created from.
absl::StatusOr<spec::ContainerSpec> SpecOf(const Runtime& runtime,
                                           const Instance& instance);

// The state document that hooks read; `pid` as they see it, 0: none.
std::string HookState(const state::Record& record, Status status, pid_t pid);

// The number that the first process has in the container.
pid_t InnerPid(const state::Record& record, const spec::ContainerSpec& spec);

// Where the hooks of a kind are run, which are not always in the caller's
// namespaces; for startContainer, see RunStartHooks. `init` is a pidfd of the
// container's first process.
launch::HookPlace PlaceOf(step::HookKind kind, const state::Record& record,
                          int init);

// Sends the listener of its seccomp filter to linux.seccomp.listenerPath.
absl::Status HandOver(const spec::ContainerSpec& spec,
                      const state::Record& record, int listener);

// Warns of each limit that the hierarchies of these cgroups have no equivalent
// for.
void WarnOfUnapplied(const Runtime& runtime, const spec::Resources& resources,
                     const std::vector<host::CgroupDirectory>& hierarchies);

// Kills its first process, and waits until that is gone for its parent, too: an
// engine deletes what could not be started at once, and containerd's shim
// refuses that as long as it has not seen the end.
absl::Status Halt(const state::Record& record);

// Kills what runs of it, waits for its end, and removes its cgroups and its
// systemd unit.
absl::Status End(const Runtime& runtime, const state::Record& record);

// The socket by which the container tells the caller's service manager that it
// is ready; nothing when the caller has none.
absl::StatusOr<std::optional<launch::NotifyRelay>> RelayFor(
    const Runtime& runtime, const state::Directory& directory);

// Waits until it has, or has ended.
absl::Status AwaitReady(launch::NotifyRelay& relay, Instance& instance);

// Runs the poststart hooks. When one fails the container is ended and
// forgotten.
absl::Status RunPoststartHooks(const Runtime& runtime, Instance& instance,
                               const spec::Hooks& hooks);

// Runs the poststop hooks, of which a failure is only warned of, and removes
// the last of it, the record.
absl::Status Forget(const Runtime& runtime, Instance& instance,
                    const spec::Hooks& hooks);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_INSTANCE_H_
