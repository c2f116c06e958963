// A kept container's record as the command line makes it, and understands it
// again.
#ifndef CHMDOCKER_CLI_KEPT_WORDS_H_
#define CHMDOCKER_CLI_KEPT_WORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/kept.h"

namespace chmdocker::cli {

// With the files of --env-file read.
absl::StatusOr<RunOptions> WithEnvFiles(const RunOptions& options);

// Puts what `options` ask for on record, and returns its id. They are complete:
// WithEnvFiles.
absl::StatusOr<std::string> CreateFor(const RunOptions& options,
                                      const container::Runtime& runtime,
                                      const Caller& caller);

// What `run` was told, without its --env-file, whose variables are in `kept`.
absl::StatusOr<RunOptions> ReadKeptWords(const state::Kept& kept);

// For container::StartKept and others.
container::Describe DescribeWords(const container::Runtime& runtime);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_KEPT_WORDS_H_
