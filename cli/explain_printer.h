// --dry-run and --explain: what the two print.
#ifndef CHMDOCKER_CLI_EXPLAIN_PRINTER_H_
#define CHMDOCKER_CLI_EXPLAIN_PRINTER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/run_options.h"
#include "runtime/container/run.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::cli {

// A plan, whole, for --dry-run.
std::string PlanReport(const container::RunPlan& plan,
                       const spec::ContainerSpec& spec, Format format);

// What --explain prints, as it happens.
class StepPrinter {
 public:
  StepPrinter(const spec::ContainerSpec& spec, Format format)
      : spec_(spec), format_(format) {}

  // The container's cgroups, which are there before the first step.
  std::string Cgroups(const step::SetupPlan& plan,
                      const container::CgroupSetup& cgroups);

  // A step that has ended, with its time and result; for people with its
  // purpose as well, said once for a row of steps of one kind.
  std::string Finished(const step::SetupPlan& plan,
                       const launch::StepOutcome& outcome);

  // The step that failed, if `status` is about one; for people the error
  // message says it all.
  std::string Failed(const absl::Status& status) const;

 private:
  const spec::ContainerSpec& spec_;
  const Format format_;
  absl::string_view last_purpose_;
  bool begun_ = false;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_EXPLAIN_PRINTER_H_
