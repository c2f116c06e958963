// Containers that are kept under a name: made by `run --detach`, watched by a
// monitor of their own while they run, and there until somebody removes them.
// They are below Runtime::data_root, one state::Directory each; the verbs of
// lifecycle.h work on them with KeptRuntime (places.h).
#ifndef CHMDOCKER_RUNTIME_CONTAINER_KEEP_H_
#define CHMDOCKER_RUNTIME_CONTAINER_KEEP_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/run.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

// The command that a monitor becomes when a container has ended.
inline constexpr char kEndedCommand[] = "ended";

// How the words of a container are understood.
struct Description {
  spec::ContainerSpec spec;
  Wishes wishes;  // with one for a cgroup
};
// Makes what the container has to have below its directory, such as the root of
// an image.
using Describe =
    std::function<absl::StatusOr<Description>(const state::Record&)>;

// Puts a container on record that has not run yet, and returns its id, 64
// hexadecimal digits. Without a name it gets one. AlreadyExists: the name is
// another's.
absl::StatusOr<std::string> CreateKept(const Runtime& runtime,
                                       state::Kept kept);

// Starts a container, and returns when its command runs. One that runs already
// is left alone, and one that waits for its next start starts at once. The
// caller must have one thread. `attached`, if it is not null, becomes a
// connection with its monitor (monitor/attach_message.h) that has all of the
// output, from the first byte on; it stays as it is if the container ran
// already.
absl::Status StartKept(const Runtime& runtime, const std::string& id,
                       const Describe& describe, UniqueFd* attached = nullptr);

// Runs a container in the foreground for the first time: this process is its
// monitor, and it ends with it. Otherwise as Run and Conclude. One that can't
// be run is removed.
absl::StatusOr<Ended> RunKept(const Runtime& runtime, const std::string& id,
                              const Describe& describe,
                              const Observer& observer);

// What a monitor does at the end, in its own process: records how the container
// ended (`how`, see monitor::Run), and starts it again or removes it if that is
// what its caller wanted.
absl::Status Conclude(const Runtime& runtime, const std::string& id,
                      absl::string_view how, const Describe& describe);

// Asks the command to end, by `signal` or what the container has for it, and
// kills it when it has not in `seconds`, or in the time that the container has
// for it. Returns when the end is on record. It does not start again by itself.
// A pid 1 that the signal can't reach, as it does not handle it, is killed at
// once. What does not run is left alone.
absl::Status StopKept(const Runtime& runtime, const std::string& id,
                      std::optional<uint32_t> seconds,
                      std::optional<int> signal);

// The two halves of StopKept: many are asked before the first is waited for.
// Whether it ran, so that there was something to ask; then its end is an event,
// "stop".
absl::StatusOr<bool> AskToStop(const Runtime& runtime, const std::string& id,
                               std::optional<int> signal);
absl::Status AwaitStop(const Runtime& runtime, const std::string& id,
                       std::optional<uint32_t> seconds, bool asked);

// StopKept and StartKept.
absl::Status RestartKept(const Runtime& runtime, const std::string& id,
                         std::optional<uint32_t> seconds,
                         std::optional<int> signal, const Describe& describe);

// Sends a signal to its first process. What would end the container is taken as
// a wish that it does not start again.
absl::Status KillKept(const Runtime& runtime, const std::string& id,
                      int signal);

// The same to a first process that is open: one that is pid 1 and would not see
// the signal, which would end any other process, is killed.
absl::Status SendSignal(const state::Record& record, int pidfd, int signal);

// Waits for the end, and returns the exit code; -1: nobody saw it.
absl::StatusOr<int> WaitKept(const Runtime& runtime, const std::string& id);

// Removes a container that does not run, or with `force` any. One that is gone
// is no error: its monitor, or another command, may remove it meanwhile.
absl::Status RemoveKept(const Runtime& runtime, const std::string& id,
                        bool force);

// Removes a directory without a record, if there is one: what a creation that
// was killed before it was on record has left.
absl::Status RemoveUnrecorded(const Runtime& runtime, const std::string& id);

absl::Status RenameKept(const Runtime& runtime, const std::string& id,
                        const std::string& name);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_KEEP_H_
