#include <signal.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/selection.h"
#include "cli/signal_name.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"all", "a", "", "signal all processes of the container",
     Into<&KillWords::all>},
    {"signal", "s", "SIGNAL", "the signal, in place of the second word",
     Into<&KillWords::signal_option>},
    {"regex", "r", "", "CONTAINER is a regular expression: all that match",
     Into<&KillWords::which, &Selection::regex>},
};

absl::Status KillOne(const container::Runtime& runtime, const KillWords& kill,
                     const container::Target& target) {
  if (target.kept && !kill.all) {
    return container::KillKept(runtime, target.id,
                               kill.signal_given ? kill.signal : SIGKILL);
  }
  return container::Kill(target.runtime, target.id, kill.signal, kill.all);
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const KillWords kill, ParseKill(words));
  return Doing([kill](const Session& session) {
    if (!kill.more.empty()) {
      return ForEachId(kill.more, [&](const std::string& word) {
        return KillOne(session.runtime, kill,
                       container::FindTarget(session.runtime, word));
      });
    }
    return ForEach(session.runtime, kill.which,
                   [&](const container::Target& target) {
                     return KillOne(session.runtime, kill, target);
                   });
  });
}

}  // namespace

absl::StatusOr<KillWords> ParseKill(Words words) {
  KillWords kill;
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> rest,
                       ReadFlags({kFlags, &kill}, words));
  std::string signal = kill.signal_option;
  const bool several = !signal.empty() && rest.size() > 1 && !kill.which.regex;
  if (signal.empty() && rest.size() > 1) {
    signal = rest[1];
    rest.erase(rest.begin() + 1);
  }
  kill.signal_given = !signal.empty();
  if (several) {
    kill.more = rest;
  } else {
    CHM_ASSIGN_OR_RETURN(kill.which.id, OnlyId(rest));
  }
  CHM_ASSIGN_OR_RETURN(kill.signal,
                       ParseSignal(signal.empty() ? "TERM" : signal));
  return kill;
}

constexpr Command kKillCommand = {
    "kill",
    "kill",
    "Send a signal to a container",
    "kill [options] CONTAINER [SIGNAL]",
    "SIGNAL is a number or a name, with or without SIG in front: 9, KILL, "
    "sigrtmin+3.\n   Default: TERM; KILL for a container that is kept. With "
    "--signal there may be several\n   containers.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
