#include "cli/app.h"

#include <stdio.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/docker_commands.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/log.h"
#include "cli/man_page.h"
#include "cli/options_to_spec.h"
#include "cli/print.h"
#include "cli/session.h"
#include "cli/version.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/oci/version.h"
#include "runtime/sys/raw/memory.h"

namespace chmdocker::cli {
namespace {

// What commands that start something need of the stack, and others may have.
constexpr size_t kStack = size_t{40} * 1024;

// For people on standard error; for programs in the log, if that is elsewhere.
void Tell(const absl::Status& status, absl::string_view advice, Face face) {
  fputs(absl::StrCat("chmdocker: ", status.message(),
                     advice.empty() ? "" : "; ", advice, "\n")
            .c_str(),
        stderr);
  const absl::StatusOr<GlobalOptions> options = GetGlobalOptions(face);
  if (!options.ok()) return;
  const absl::StatusOr<Log> log = Log::Open(options->log);
  if (log.ok() && !log->IsStandardError()) {
    log->Write(LogLevel::kError, status.message());
  }
}

int Fail(const absl::Status& status, absl::string_view advice) {
  Tell(status, advice, Face::kPerson);
  return kExitFailure;
}

int PrintAndSucceed(const std::string& text) {
  const absl::Status printed = PrintToStdout(text);
  return printed.ok() ? 0 : Fail(printed, "");
}

bool AsksForHelp(Words words) {
  return !words.empty() && (words[0] == "--help" || words[0] == "-h");
}

int Help(Words topics) {
  if (topics.empty()) return PrintAndSucceed(MainHelp());
  const std::string topic = AsksForHelp(topics) ? "help" : topics[0];
  const Command* command = FindCommand(topic);
  if (command != nullptr) return PrintAndSucceed(HelpFor(*command));
  return Fail(absl::InvalidArgumentError(absl::StrCat(
                  "no help for ", Quote(topic), ": no such command")),
              "see 'chmdocker help'");
}

// The real init is a program of its own that only a launch can reach; this
// name is listed because the tutorial's program has it.
int Init(Words words) {
  if (AsksForHelp(words)) return Help({"init"});
  return Fail(absl::FailedPreconditionError(
                  "init is started by chmdocker inside a new container only, "
                  "and was called outside of one"),
              "use 'chmdocker run'");
}

int Completion(Words words) {
  if (AsksForHelp(words)) return Help({"completion"});
  const absl::StatusOr<std::string> script =
      CompletionFor(words.size() == 1 ? words[0] : "");
  return script.ok() ? PrintAndSucceed(*script) : Fail(script.status(), "");
}

int Man(Words words) {
  return AsksForHelp(words) ? Help({"man"}) : PrintAndSucceed(ManPage());
}

// Of a command that is about all commands, and not in the table's reach.
int RunOwn(absl::string_view name, Words words) {
  if (name == "init") return Init(words);
  if (name == "completion") return Completion(words);
  if (name == "man") return Man(words);
  return Help(words);
}

// dockerd takes name and version from the line with "version", and shows the
// commit; podman shows it all.
int Version() {
  return PrintAndSucceed(absl::StrCat("chmdocker version ", kVersion,
                                      "\ncommit: v", kVersion,
                                      "\nspec: ", oci::kOciVersion, "\n"));
}

absl::StatusOr<int> Do(const Action& action, const Caller& caller) {
  CHM_ASSIGN_OR_RETURN(const GlobalOptions options,
                       GetGlobalOptions(action.face));
  CHM_ASSIGN_OR_RETURN(const Log log, Log::Open(options.log));
  CHM_ASSIGN_OR_RETURN(container::Runtime runtime,
                       MakeRuntime(options, caller));
  runtime.warn = [&log](absl::string_view line) {
    log.Write(LogLevel::kWarning, line);
  };
  if (options.log.level == LogLevel::kDebug) {
    runtime.debug = [&log](absl::string_view line) {
      log.Write(LogLevel::kDebug, line);
    };
  }
  return action.run({runtime, caller, log});
}

int Run(const Command& command, Words words, const Caller& caller) {
  const std::string advice =
      absl::StrCat("see 'chmdocker ", command.name, " --help'");
  const absl::StatusOr<Action> action = command.parse(words);
  if (IsHelpWanted(action.status())) return Help({command.name});
  if (!action.ok()) {
    const bool is_refused = absl::IsUnimplemented(action.status());
    const Face face =
        command.failure == kExitFailure ? Face::kPerson : Face::kEngine;
    Tell(action.status(), is_refused ? "" : advice, face);
    return command.failure;
  }
  const absl::StatusOr<int> exit_code = Do(*action, caller);
  if (exit_code.ok()) return *exit_code;
  // What the kernel refused is not about the command line, nor is what an
  // engine's configuration says.
  const bool misused = action->face == Face::kPerson &&
                       absl::IsInvalidArgument(exit_code.status()) &&
                       !ErrnoOf(exit_code.status());
  Tell(exit_code.status(), misused ? advice : "", action->face);
  if (action->failure_of) return action->failure_of(exit_code.status());
  return action->face == Face::kPerson ? ExitCodeFor(exit_code.status())
                                       : action->failure;
}

}  // namespace

int Main(const std::vector<std::string>& words, const Caller& caller) {
  const absl::StatusOr<GlobalWords> global = ReadGlobalFlags(words);
  if (IsHelpWanted(global.status())) return Help({});
  if (!global.ok()) return Fail(global.status(), "see 'chmdocker help'");
  if (global->version) return Version();
  if (global->rest.empty()) return Help({});
  const std::string& name = global->rest[0];
  const Words rest = Words(global->rest).subspan(1);
  const Command* command = FindCommand(name);
  if (command == nullptr) {
    return Fail(absl::InvalidArgumentError(
                    absl::StrCat("unknown command ", Quote(name))),
                HintFor(name));
  }
  if (command->parse == nullptr) return RunOwn(command->name, rest);
  raw::FaultInStack(kStack);
  return Run(*command, rest, caller);
}

}  // namespace chmdocker::cli
