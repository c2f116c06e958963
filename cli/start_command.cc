#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/attach.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_words.h"
#include "cli/log_view.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/selection.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/state/directory.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

struct StartWords {
  bool attach = false;
  bool interactive = false;
};

constexpr Flag kFlags[] = {
    {"attach", "a", "", "see the output of a container that is kept",
     Into<&StartWords::attach>},
    {"interactive", "i", "", "the same, and type its input",
     Into<&StartWords::interactive>},
};

absl::Status StartOne(const container::Runtime& runtime,
                      const std::string& word) {
  const container::Target target = container::FindTarget(runtime, word);
  if (!target.kept) return container::Start(runtime, target.id);
  CHM_RETURN_IF_ERROR(
      container::StartKept(runtime, target.id, DescribeWords(runtime)));
  return PrintToStdout(absl::StrCat(word, "\n"));
}

// A connection is for one run: of several all that is logged is shown.
absl::StatusOr<int> Watch(const container::Runtime& runtime,
                          const std::string& id) {
  LogViewOptions options;
  options.follow = true;
  options.selection.since = Now();
  CHM_RETURN_IF_ERROR(
      container::StartKept(runtime, id, DescribeWords(runtime)));
  CHM_RETURN_IF_ERROR(ShowLog(runtime, id, options));
  return container::WaitKept(runtime, id);
}

absl::StatusOr<Action> Parse(Words words) {
  StartWords start;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &start}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container id");
  if (!start.attach && !start.interactive) {
    return Doing([rest](const Session& session) {
      return ForEachId(rest, [&](const std::string& word) {
        return StartOne(session.runtime, word);
      });
    });
  }
  CHM_ASSIGN_OR_RETURN(const std::string word, OnlyId(rest));
  Action action;
  action.run = [start, word](const Session& session) -> absl::StatusOr<int> {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, word));
    CHM_ASSIGN_OR_RETURN(
        const state::Record record,
        state::Peek(container::KeptRuntime(session.runtime).root, id));
    const bool may_restart =
        record.kept && record.kept->restart != state::Restart::kNo;
    if (may_restart && !start.interactive) return Watch(session.runtime, id);
    UniqueFd attached;
    CHM_RETURN_IF_ERROR(container::StartKept(
        session.runtime, id, DescribeWords(session.runtime), &attached));
    return Attach(session.runtime, id, {.with_input = start.interactive},
                  std::move(attached));
  };
  return action;
}

}  // namespace

constexpr Command kStartCommand = {"start",
                                   "start",
                                   "Start a container that was created, or has "
                                   "ended and is kept",
                                   "start [options] CONTAINER...",
                                   "",
                                   kFlags,
                                   Parse,
                                   kExitOciFailure};

}  // namespace chmdocker::cli
