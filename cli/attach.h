// The caller's terminal or pipes as those of a detached container, as long as
// it runs or until the caller goes away.
#ifndef CHMDOCKER_CLI_ATTACH_H_
#define CHMDOCKER_CLI_ATTACH_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

struct AttachOptions {
  bool with_input = true;
  bool passes_signals = true;
};

// Returns the container's exit code, or 0 when the caller has detached, by
// Ctrl-P Ctrl-Q. `id`: of a kept container. `socket`, if it is valid, is a
// connection with its monitor that there is already (container::StartKept): the
// container may have ended by now.
absl::StatusOr<int> Attach(const container::Runtime& runtime,
                           const std::string& id, const AttachOptions& options,
                           UniqueFd socket = UniqueFd());

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_ATTACH_H_
