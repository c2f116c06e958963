#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/kept_commands.h"
#include "cli/kept_words.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.size() != 2) {
    return absl::InvalidArgumentError(
        "is called by the monitor of a container only");
  }
  return Doing([rest](const Session& session) {
    return container::Conclude(session.runtime, rest[0], rest[1],
                               DescribeWords(session.runtime));
  });
}

}  // namespace

constexpr Command kEndedCommand = {
    container::kEndedCommand,
    container::kEndedCommand,
    "Record how a container ended. Do not call it: its monitor does",
    "ended CONTAINER HOW",
    "",
    {},
    Parse,
    kExitOciFailure,
    /*hidden=*/true};

}  // namespace chmdocker::cli
