#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/selection.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"force", "f", "", "kill what runs in it first", Into<&DeleteWords::force>},
    {"regex", "r", "", "CONTAINER is a regular expression: all that match",
     Into<&DeleteWords::which, &Selection::regex>},
};

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const DeleteWords parsed, ParseDelete(words));
  return Doing([parsed](const Session& session) {
    return ForEach(
        session.runtime, parsed.which, [&](const container::Target& target) {
          return target.kept ? container::RemoveKept(session.runtime, target.id,
                                                     parsed.force)
                             : container::Delete(target.runtime, target.id,
                                                 parsed.force);
        });
  });
}

}  // namespace

absl::StatusOr<DeleteWords> ParseDelete(Words words) {
  DeleteWords parsed;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &parsed}, words));
  CHM_ASSIGN_OR_RETURN(parsed.which.id, OnlyId(rest));
  return parsed;
}

constexpr Command kDeleteCommand = {
    "delete",
    "delete",
    "Remove a container that has ended or was never started",
    "delete [options] CONTAINER",
    "",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
