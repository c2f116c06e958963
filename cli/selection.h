// The containers that a command works on: by regular expression, or several.
#ifndef CHMDOCKER_CLI_SELECTION_H_
#define CHMDOCKER_CLI_SELECTION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/selection_words.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {

// Calls `work` with the one that the word means, or, for a regular expression,
// with every id of the state directory that it finds. All are tried; the first
// error is returned.
absl::Status ForEach(
    const container::Runtime& runtime, const Selection& which,
    const std::function<absl::Status(const container::Target& target)>& work);

// Calls `work` with each of `ids`; all are tried, and the first error is
// returned.
absl::Status ForEachId(
    const std::vector<std::string>& ids,
    absl::FunctionRef<absl::Status(const std::string& id)> work);

// An action that does the same to each of `ids`, of which there must be one.
absl::StatusOr<Action> DoingEach(const std::vector<std::string>& ids,
                                 absl::Status (*work)(const container::Runtime&,
                                                      const std::string&));

// An action that does something to each of the kept containers that `words`
// mean, of which there must be one, and prints the word when it is done. All
// are tried; the first error is returned.
using KeptWork = std::function<absl::Status(const container::Runtime& runtime,
                                            const std::string& id)>;
absl::StatusOr<Action> DoingEachKept(const std::vector<std::string>& words,
                                     KeptWork work);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SELECTION_H_
