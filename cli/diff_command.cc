#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/file_commands.h"
#include "cli/flags.h"
#include "cli/print.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/kept_layer.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.size() != 1) return absl::InvalidArgumentError("wants a container");
  return Doing([word = rest[0]](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, word));
    CHM_ASSIGN_OR_RETURN(const std::string changes,
                         container::Diff(session.runtime, id));
    return PrintToStdout(changes);
  });
}

}  // namespace

constexpr Command kDiffCommand = {
    "diff",
    "diff",
    "List what a container has changed of its image's files",
    "diff CONTAINER",
    "A line for each path: A added, C changed, D deleted.",
    {},
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
