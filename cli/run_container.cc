#include "cli/run_container.h"

#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cli/describe.h"
#include "cli/explain_printer.h"
#include "cli/limit_names.h"
#include "cli/limits.h"
#include "cli/log.h"
#include "cli/options_to_spec.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/size.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/run.h"
#include "runtime/launch/launcher.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::cli {
namespace {

// Steps are told as they happen; one that can't be told is no reason to stop.
void Tell(const std::string& text) {
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

// Why a container has ended that is not its command's doing.
std::string OomMessage(const container::Ended& ended, const Limits& limits) {
  constexpr int kKilled = 128 + 9;
  const int64_t limit = limits.resources.memory.limit.value_or(0);
  return absl::StrCat(
      "chmdocker: ",
      ended.exit_code == kKilled
          ? "the container was killed"
          : absl::StrCat(ended.oom_kills, " of the container's processes ",
                         ended.oom_kills == 1 ? "was" : "were", " killed"),
      " because it reached its memory limit",
      limit > 0 ? absl::StrCat(" of ", SizeText(static_cast<uint64_t>(limit)),
                               " (--memory)")
                : ", which is that of a cgroup above it",
      "\n");
}

absl::StatusOr<int> RunInForeground(const RunOptions& options,
                                    container::Description& description,
                                    const container::Runtime& runtime,
                                    const Log& log) {
  container::Observer observer;
  observer.on_init_started = [&] {
    log.Write(LogLevel::kInfo, "init come on");
    log.Write(LogLevel::kInfo,
              absl::StrCat("command ", absl::StrJoin(options.command, " ")));
  };
  observer.on_note = [&](absl::string_view note) {
    log.Write(LogLevel::kInfo, note);
  };
  StepPrinter printer(description.spec, options.format);
  if (options.explain) {
    observer.on_cgroups = [&](const step::SetupPlan& plan,
                              const container::CgroupSetup& cgroups) {
      Tell(printer.Cgroups(plan, cgroups));
    };
    observer.on_step = [&](const step::SetupPlan& plan,
                           const launch::StepOutcome& outcome) {
      Tell(printer.Finished(plan, outcome));
    };
  }
  const absl::StatusOr<container::Ended> ended =
      container::Run(runtime, description.spec, description.wishes, observer);
  if (!ended.ok()) {
    if (options.explain) Tell(printer.Failed(ended.status()));
    return ended.status();
  }
  if (ended->oom_kills > 0) Tell(OomMessage(*ended, options.limits));
  return ended->exit_code;
}

absl::StatusOr<int> RunOrPlan(const RunOptions& options,
                              const container::Runtime& runtime,
                              const Caller& caller, const Log& log) {
  CHM_ASSIGN_OR_RETURN(container::Description description,
                       DescribeOptions(options, caller));
  if (!options.dry_run) {
    return RunInForeground(options, description, runtime, log);
  }
  CHM_ASSIGN_OR_RETURN(const container::RunPlan plan,
                       container::Plan(runtime, description.spec,
                                       description.wishes, options.explain));
  CHM_RETURN_IF_ERROR(
      PrintToStdout(PlanReport(plan, description.spec, options.format)));
  return 0;
}

}  // namespace

absl::StatusOr<int> RunContainer(const RunOptions& options,
                                 const Session& session) {
  container::Runtime runtime = session.runtime;
  runtime.warn = [&](absl::string_view line) {
    session.runtime.warn(WithFlagName(line));
  };
  absl::StatusOr<int> exit_code =
      RunOrPlan(options, runtime, session.caller, session.log);
  if (!exit_code.ok()) return WithFlagName(exit_code.status());
  return exit_code;
}

}  // namespace chmdocker::cli
