// A command of the command line.
#ifndef CHMDOCKER_CLI_COMMAND_H_
#define CHMDOCKER_CLI_COMMAND_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/log.h"
#include "cli/options_to_spec.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// What a command works with, besides its own words.
struct Session {
  container::Runtime runtime;
  const Caller& caller;
  const Log& log;
};

// What the words of a command ask for.
struct Action {
  // Returns the exit code.
  std::function<absl::StatusOr<int>(const Session&)> run;
  // The exit code when `run` fails.
  int failure = kExitOciFailure;
  Face face = Face::kEngine;
  // In place of `failure`, if it is set.
  std::function<int(const absl::Status&)> failure_of;
};

struct Command {
  const char* name;
  const char* names;  // as listed: "help, h"
  const char* summary;
  const char* usage;    // behind "chmdocker "
  const char* details;  // paragraphs for the command's own page, or ""
  absl::Span<const Flag> flags;
  // Pure but for a look at the working directory; its errors are of the
  // command line. Null: the program itself does it.
  absl::StatusOr<Action> (*parse)(Words words);
  // The exit code when `parse` fails.
  int failure;
  bool hidden = false;  // nobody's to call
};

// The only word, which is a container's id.
absl::StatusOr<std::string> OnlyId(const std::vector<std::string>& words);

// An action that answers no more than whether it worked.
template <class Function>
Action Doing(Function function) {
  Action action;
  action.run = [function = std::move(function)](
                   const Session& session) -> absl::StatusOr<int> {
    absl::Status done = function(session);
    if (!done.ok()) return done;
    return 0;
  };
  return action;
}

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_COMMAND_H_
