#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/attach.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_commands.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

struct AttachWords {
  bool no_stdin = false;
  bool passes_signals = true;
};

constexpr Flag kFlags[] = {
    {"no-stdin", "", "", "pass no input on", Into<&AttachWords::no_stdin>},
    {"sig-proxy", "", "", "pass signals on (default: true)",
     Into<&AttachWords::passes_signals>},
};

absl::StatusOr<Action> Parse(Words words) {
  AttachWords attach;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &attach}, words));
  CHM_ASSIGN_OR_RETURN(const std::string word, OnlyId(rest));
  Action action;
  action.run = [attach, word](const Session& session) -> absl::StatusOr<int> {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, word));
    return Attach(session.runtime, id,
                  {!attach.no_stdin, attach.passes_signals});
  };
  return action;
}

}  // namespace

constexpr Command kAttachCommand = {
    "attach",
    "attach",
    "See a detached container's output as it comes, and type its input",
    "attach [options] CONTAINER",
    "Ctrl-P Ctrl-Q leaves it running, if it has a terminal. The exit code is "
    "the command's.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
