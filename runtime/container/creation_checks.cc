#include "runtime/container/creation_checks.h"

#include <sys/stat.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/caller.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/validate.h"

namespace chmdocker::container {
namespace {

absl::Status CheckConsole(const spec::ContainerSpec& spec,
                          const CreateOptions& options,
                          bool has_terminal_keeper) {
  const bool has_socket = !options.console_socket.empty();
  if (spec.process.terminal && !has_socket && !has_terminal_keeper) {
    return absl::InvalidArgumentError(
        "process.terminal: a container that nobody waits for hands its "
        "terminal over; --console-socket says where to");
  }
  if (!spec.process.terminal && has_socket) {
    return absl::InvalidArgumentError(
        "--console-socket: process.terminal is false, so there is no terminal "
        "to hand over");
  }
  return absl::OkStatus();
}

// Whether this namespace, which is to be joined, is the runtime's own.
bool IsOwn(const spec::JoinedNamespace& joined) {
  const char* const own = joined.kind == kNewNet     ? "/proc/self/ns/net"
                          : joined.kind == kNewIpc   ? "/proc/self/ns/ipc"
                          : joined.kind == kNewUts   ? "/proc/self/ns/uts"
                          : joined.kind == kNewMount ? "/proc/self/ns/mnt"
                                                     : nullptr;
  struct stat here, there;
  return own != nullptr && stat(own, &here) == 0 &&
         stat(joined.path.c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

// What is set in a namespace must not be set in the host's. What remains: who
// can change what the path leads to, between this and the join, can name the
// host's after all; the paths are the caller's, and so is the care for them.
absl::Status CheckJoined(const spec::ContainerSpec& spec) {
  spec::ContainerSpec without_own = spec;
  if (std::erase_if(without_own.joined_namespaces, IsOwn) == 0) {
    return absl::OkStatus();
  }
  return spec::Validate(without_own);
}

}  // namespace

absl::Status CheckCreation(const Runtime& runtime, const CreateOptions& options,
                           const spec::ContainerSpec& spec,
                           bool has_terminal_keeper) {
  CHM_RETURN_IF_ERROR(CheckPreserved(
      runtime, uint64_t{options.preserve_fds} + runtime.listen_fds));
  CHM_RETURN_IF_ERROR(CheckConsole(spec, options, has_terminal_keeper));
  CHM_RETURN_IF_ERROR(spec::Validate(spec));
  return spec.joined_namespaces.empty() ? absl::OkStatus() : CheckJoined(spec);
}

}  // namespace chmdocker::container
