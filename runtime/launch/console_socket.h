// What is handed to others through a socket that they listen on: the
// container's terminal, a pidfd, the listener of its seccomp filter.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_CONSOLE_SOCKET_H_
#define CHMDOCKER_RUNTIME_LAUNCH_CONSOLE_SOCKET_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::launch {

// --console-socket: connects to the AF_UNIX stream socket at `socket_path` and
// sends the master of a terminal, in one message with its name as payload.
absl::Status SendTerminal(const std::string& socket_path, int master);

// Which process a pidfd is of, in the words that runc 1.2 sends along with it.
enum class PidfdOf : uint8_t {
  kInit,  // "standard": the container's first process
  kExec,  // "setns": one that joined
};

// --pidfd-socket: the same with a pidfd.
absl::Status SendPidfd(const std::string& socket_path, int pidfd, PidfdOf of);

// The container process state of the OCI runtime specification (config-linux,
// "The container process state"): one line of JSON. `pid` is the process with
// the filter as the caller sees it, `state` the JSON of the container's state.
// Pure.
std::string ContainerProcessState(absl::string_view oci_version, pid_t pid,
                                  absl::string_view metadata,
                                  absl::string_view state);

// linux.seccomp.listenerPath: the same with the listener of a seccomp filter
// and ContainerProcessState.
absl::Status SendSeccompListener(const std::string& socket_path, int listener,
                                 absl::string_view process_state);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_CONSOLE_SOCKET_H_
