// stop, restart, wait, rm, rename, prune: what ends kept containers.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/keeping.h"
#include "cli/kept_commands.h"
#include "cli/kept_words.h"
#include "cli/print.h"
#include "cli/selection.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

struct StopWords {
  std::optional<uint32_t> seconds;
  std::optional<int> signal;
};

constexpr Flag kStopFlags[] = {
    {"time", "t", "SECONDS",
     "kill it when it has not ended by then (default: what run was told, or "
     "10)",
     Into<&StopWords::seconds>},
    {"timeout", "", "SECONDS", "the same", Into<&StopWords::seconds>},
    {"signal", "s", "SIGNAL", "what it is asked to end by (default: TERM)",
     ReadInto<ReadStopSignal, &StopWords::signal>},
};

// What a word means, and whether that ran, so that it was asked.
struct Asked {
  absl::StatusOr<std::string> id;
  bool ran = false;
};

// All are asked before the first is waited for. By then it may be gone, as with
// --rm, and its name another's: what was found is waited for. An error of the
// asking comes again, and is told, then.
std::map<std::string, Asked> AskAll(const container::Runtime& runtime,
                                    const std::vector<std::string>& words,
                                    std::optional<int> signal) {
  std::map<std::string, Asked> all;
  for (const std::string& word : words) {
    Asked& one = all[word];
    one.id = container::FindKept(runtime, word);
    one.ran |= one.id.ok() &&
               container::AskToStop(runtime, *one.id, signal).value_or(false);
  }
  return all;
}

absl::StatusOr<Action> ParseStop(Words words) {
  StopWords stop;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kStopFlags, &stop}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container");
  return Doing([stop, rest](const Session& session) {
    std::map<std::string, Asked> asked =
        AskAll(session.runtime, rest, stop.signal);
    return ForEachId(rest, [&](const std::string& word) -> absl::Status {
      const Asked& one = asked[word];
      CHM_RETURN_IF_ERROR(one.id.status());
      CHM_RETURN_IF_ERROR(container::AwaitStop(session.runtime, *one.id,
                                               stop.seconds, one.ran));
      return PrintToStdout(absl::StrCat(word, "\n"));
    });
  });
}

absl::StatusOr<Action> ParseRestart(Words words) {
  StopWords stop;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kStopFlags, &stop}, words));
  return DoingEachKept(
      rest, [stop](const container::Runtime& runtime, const std::string& id) {
        return container::RestartKept(runtime, id, stop.seconds, stop.signal,
                                      DescribeWords(runtime));
      });
}

struct RmWords {
  bool force = false;
  bool volumes = false;
};

constexpr Flag kRmFlags[] = {
    {"force", "f", "", "kill it first if it runs; none is no error",
     Into<&RmWords::force>},
    {"volumes", "v", "", "accepted: what belongs to a container goes with it",
     Into<&RmWords::volumes>},
};

absl::StatusOr<Action> ParseRm(Words words) {
  RmWords rm;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kRmFlags, &rm}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container");
  return Doing([rm, rest](const Session& session) {
    std::map<std::string, Asked> asked;
    if (rm.force) asked = AskAll(session.runtime, rest, SIGKILL);
    return ForEachId(rest, [&](const std::string& word) -> absl::Status {
      const absl::StatusOr<std::string> id =
          rm.force ? asked[word].id
                   : container::FindKept(session.runtime, word);
      if (rm.force && absl::IsNotFound(id.status())) return absl::OkStatus();
      CHM_RETURN_IF_ERROR(id.status());
      CHM_RETURN_IF_ERROR(
          container::RemoveKept(session.runtime, *id, rm.force));
      return PrintToStdout(absl::StrCat(word, "\n"));
    });
  });
}

absl::StatusOr<Action> ParseWait(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container");
  return Doing([rest](const Session& session) {
    return ForEachId(rest, [&](const std::string& word) -> absl::Status {
      CHM_ASSIGN_OR_RETURN(const std::string id,
                           container::FindKept(session.runtime, word));
      CHM_ASSIGN_OR_RETURN(const int code,
                           container::WaitKept(session.runtime, id));
      if (code < 0) {
        return absl::DataLossError(
            absl::StrCat("how container ", word,
                         " ended is not known: its monitor was "
                         "killed, or the host started anew"));
      }
      return PrintToStdout(absl::StrCat(code, "\n"));
    });
  });
}

absl::StatusOr<Action> ParseRename(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.size() != 2) {
    return absl::InvalidArgumentError("wants a container and its new name");
  }
  return Doing([rest](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, rest[0]));
    return container::RenameKept(session.runtime, id, rest[1]);
  });
}

constexpr Flag kPruneFlags[] = {
    {"force", "f", "", "do not ask", Into<&RmWords::force>},
};

// Asks who sits at a terminal; a script must say --force.
absl::StatusOr<bool> IsAgreed() {
  if (isatty(STDIN_FILENO) == 0) {
    return absl::FailedPreconditionError(
        "nobody is there to be asked; --force removes without asking");
  }
  CHM_RETURN_IF_ERROR(
      PrintToStdout("Remove all containers that don't run? [y/N] "));
  const int answer = getchar();
  return answer == 'y' || answer == 'Y';
}

absl::Status Prune(const container::Runtime& runtime) {
  CHM_ASSIGN_OR_RETURN(const std::vector<container::Snapshot> all,
                       container::List(container::KeptRuntime(runtime)));
  absl::Status result;
  for (const container::Snapshot& one : all) {
    if (one.record.created.empty()) {
      result.Update(container::RemoveUnrecorded(runtime, one.record.id));
    }
    if (one.status != container::Status::kStopped) continue;
    const absl::Status removed =
        container::RemoveKept(runtime, one.record.id, /*force=*/false);
    // It waits for its next start, or has been started just now.
    if (absl::IsFailedPrecondition(removed)) continue;
    result.Update(removed.ok()
                      ? PrintToStdout(absl::StrCat(one.record.id, "\n"))
                      : removed);
  }
  return result;
}

absl::StatusOr<Action> ParsePrune(Words words) {
  RmWords prune;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kPruneFlags, &prune}, words));
  if (!rest.empty()) return absl::InvalidArgumentError("wants no arguments");
  return Doing([prune](const Session& session) -> absl::Status {
    if (!prune.force) {
      CHM_ASSIGN_OR_RETURN(const bool agreed, IsAgreed());
      if (!agreed) return absl::OkStatus();
    }
    return Prune(session.runtime);
  });
}

}  // namespace

constexpr Command kStopCommand = {
    "stop",
    "stop",
    "Ask detached containers to end, and kill those that don't",
    "stop [options] CONTAINER...",
    "A command that is pid 1 and does not handle the signal can't be reached "
    "by "
    "it, and is\n   killed at once.",
    kStopFlags,
    ParseStop,
    kExitOciFailure};

constexpr Command kRestartCommand = {"restart",
                                     "restart",
                                     "Stop detached containers and start them "
                                     "again",
                                     "restart [options] CONTAINER...",
                                     "",
                                     kStopFlags,
                                     ParseRestart,
                                     kExitOciFailure};

constexpr Command kRmCommand = {"rm",
                                "rm",
                                "Remove detached containers",
                                "rm [options] CONTAINER...",
                                "",
                                kRmFlags,
                                ParseRm,
                                kExitOciFailure};

constexpr Command kWaitCommand = {
    "wait",
    "wait",
    "Wait for detached containers to end, and print their exit codes",
    "wait CONTAINER...",
    "",
    {},
    ParseWait,
    kExitOciFailure};

constexpr Command kRenameCommand = {"rename",
                                    "rename",
                                    "Give a detached container another name",
                                    "rename CONTAINER NAME",
                                    "",
                                    {},
                                    ParseRename,
                                    kExitOciFailure};

constexpr Command kPruneCommand = {"prune",
                                   "prune",
                                   "Remove all detached containers that don't "
                                   "run",
                                   "prune [options]",
                                   "",
                                   kPruneFlags,
                                   ParsePrune,
                                   kExitOciFailure};

}  // namespace chmdocker::cli
