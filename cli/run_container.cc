#include "cli/run_container.h"

#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/explain_printer.h"
#include "cli/log.h"
#include "cli/options_to_spec.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/run.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::cli {
namespace {

// Steps are told as they happen; one that can't be told is no reason to stop.
void Tell(const std::string& text) {
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

absl::StatusOr<int> RunContainer(const RunOptions& options,
                                 const Caller& caller, const Log& log) {
  CHM_ASSIGN_OR_RETURN(const spec::ContainerSpec spec,
                       OptionsToSpec(options, caller));
  if (options.dry_run) {
    CHM_ASSIGN_OR_RETURN(const step::SetupPlan plan,
                         container::Plan(spec, options.explain));
    CHM_RETURN_IF_ERROR(PrintToStdout(PlanReport(plan, spec, options.format)));
    return 0;
  }
  container::Observer observer;
  observer.on_init_started = [&] {
    log.Write(LogLevel::kInfo, "init come on");
    log.Write(LogLevel::kInfo,
              absl::StrCat("command ", absl::StrJoin(options.command, " ")));
  };
  StepPrinter printer(spec, options.format);
  if (options.explain) {
    observer.on_step = [&](const step::SetupPlan& plan,
                           const launch::StepOutcome& outcome) {
      Tell(printer.Finished(plan, outcome));
    };
  }
  absl::StatusOr<int> exit_code = container::Run(spec, observer);
  if (!exit_code.ok() && options.explain) {
    Tell(printer.Failed(exit_code.status()));
  }
  return exit_code;
}

}  // namespace chmdocker::cli
