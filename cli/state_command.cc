#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/state_json.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  CHM_ASSIGN_OR_RETURN(const std::string id, OnlyId(rest));
  return Doing([id](const Session& session) -> absl::Status {
    const container::Target target = container::FindTarget(session.runtime, id);
    CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                         container::State(target.runtime, target.id));
    return PrintToStdout(StateJson(snapshot));
  });
}

}  // namespace

constexpr Command kStateCommand = {"state",
                                   "state",
                                   "Print the state of a container as JSON",
                                   "state CONTAINER",
                                   "",
                                   {},
                                   Parse,
                                   kExitOciFailure};

}  // namespace chmdocker::cli
