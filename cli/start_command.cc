#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  CHM_ASSIGN_OR_RETURN(const std::string id, OnlyId(rest));
  return Doing([id](const Session& session) {
    return container::Start(session.runtime, id);
  });
}

}  // namespace

constexpr Command kStartCommand = {"start",
                                   "start",
                                   "Let a created container run its command",
                                   "start CONTAINER",
                                   "",
                                   {},
                                   Parse,
                                   kExitOciFailure};

}  // namespace chmdocker::cli
