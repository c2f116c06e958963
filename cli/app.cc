#include "cli/app.h"

#include <stdio.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/log.h"
#include "cli/options_to_spec.h"
#include "cli/print.h"
#include "cli/run_command.h"
#include "cli/run_options.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

using Words = absl::Span<const std::string>;

// For people on standard error; for programs in the log, if that is elsewhere.
int Fail(const absl::Status& status, absl::string_view advice) {
  fputs(absl::StrCat("chmdocker: ", status.message(),
                     advice.empty() ? "" : "; ", advice, "\n")
            .c_str(),
        stderr);
  const absl::StatusOr<LogOptions> options = GetLogOptions();
  if (options.ok()) {
    const absl::StatusOr<Log> log = Log::Open(*options);
    if (log.ok() && !log->IsStandardError()) {
      log->Write(LogLevel::kError, status.message());
    }
  }
  return ExitCodeFor(status);
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
  const CommandHelp* command = FindCommand(topic);
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

absl::StatusOr<int> ParseAndRun(const Parsed& parsed, const Caller& caller) {
  CHM_ASSIGN_OR_RETURN(const RunOptions options, GetRunOptions(parsed));
  CHM_ASSIGN_OR_RETURN(const LogOptions log_options, GetLogOptions());
  CHM_ASSIGN_OR_RETURN(const Log log, Log::Open(log_options));
  return RunCommand(options, caller, log);
}

int Run(Words words, const Caller& caller) {
  constexpr absl::string_view kAdvice = "see 'chmdocker run --help'";
  const absl::StatusOr<Parsed> parsed = ParseRunFlags(words);
  if (!parsed.ok()) return Fail(parsed.status(), kAdvice);
  if (parsed->help) return Help({"run"});
  const absl::StatusOr<int> exit_code = ParseAndRun(*parsed, caller);
  if (exit_code.ok()) return *exit_code;
  // What the kernel refused is not about the command line.
  const bool misused = absl::IsInvalidArgument(exit_code.status()) &&
                       !ErrnoOf(exit_code.status());
  return Fail(exit_code.status(), misused ? kAdvice : "");
}

}  // namespace

int Main(const std::vector<std::string>& words, const Caller& caller) {
  const absl::StatusOr<Parsed> parsed = ParseGlobalFlags(words);
  if (!parsed.ok()) return Fail(parsed.status(), "see 'chmdocker help'");
  if (parsed->help) return Help({});
  if (parsed->version) {
    return PrintAndSucceed(absl::StrCat("chmdocker version ", kVersion, "\n"));
  }
  if (parsed->rest.empty()) return Help({});
  const std::string& name = parsed->rest[0];
  const Words rest = Words(parsed->rest).subspan(1);
  const CommandHelp* command = FindCommand(name);
  if (command == nullptr) {
    return Fail(absl::InvalidArgumentError(
                    absl::StrCat("unknown command ", Quote(name))),
                "see 'chmdocker help'");
  }
  const absl::string_view canonical = command->name;
  if (canonical == "run") return Run(rest, caller);
  if (canonical == "init") return Init(rest);
  return Help(rest);
}

}  // namespace chmdocker::cli
