// What all commands share, from the global flags and the caller.
#ifndef CHMDOCKER_CLI_SESSION_H_
#define CHMDOCKER_CLI_SESSION_H_

#include "absl/status/statusor.h"
#include "cli/flags.h"
#include "cli/options_to_spec.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// All but `warn`.
absl::StatusOr<container::Runtime> MakeRuntime(const GlobalOptions& options,
                                               const Caller& caller);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SESSION_H_
