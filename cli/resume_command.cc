#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/selection.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                       ReadFlags({{}, nullptr}, words));
  return DoingEach(ids, container::Resume);
}

}  // namespace

constexpr Command kResumeCommand = {
    "resume",
    "resume, unpause",
    "Let the processes of paused containers go on",
    "resume CONTAINER...",
    "",
    {},
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
