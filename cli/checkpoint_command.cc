#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"

namespace chmdocker::cli {
namespace {

// Also for --help: podman takes a `checkpoint --help` that succeeds for
// support.
absl::StatusOr<Action> Refuse(Words) {
  return absl::UnimplementedError(
      "checkpoint and restore are not supported: chmdocker does not use CRIU");
}

}  // namespace

constexpr Command kCheckpointCommand = {
    "checkpoint",
    "checkpoint",
    "Not supported: save a running container to disk",
    "checkpoint CONTAINER",
    "chmdocker does not use CRIU, which this would need.",
    {},
    Refuse,
    kExitOciFailure};

constexpr Command kRestoreCommand = {
    "restore",
    "restore",
    "Not supported: go on with a checkpoint",
    "restore CONTAINER",
    "chmdocker does not use CRIU, which this would need.",
    {},
    Refuse,
    kExitOciFailure};

}  // namespace chmdocker::cli
