// The command line of `chmdocker run`, which has two forms.
#ifndef CHMDOCKER_CLI_RUN_WORDS_H_
#define CHMDOCKER_CLI_RUN_WORDS_H_

#include <functional>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/run_options.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// The person's form, or the engine's, `run [--bundle DIR] CONTAINER`.
using RunWords = std::variant<RunOptions, container::RunOptions>;

absl::Span<const Flag> RunFlags();

// It is the engine's form when a flag of an OCI runtime is given (--bundle,
// --config, --console-socket, --detach, --keep, --no-new-keyring, --no-pivot,
// --no-subreaper, --pid-file, --pidfd-socket, --preserve-fds), or when no flag
// is, there is one word without a slash, and `in_bundle` says that the working
// directory has an OCI configuration: `runc run ID`.
absl::StatusOr<RunWords> ParseRun(Words words,
                                  const std::function<bool()>& in_bundle);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_WORDS_H_
