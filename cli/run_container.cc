#include "cli/run_container.h"

#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cli/describe.h"
#include "cli/explain_printer.h"
#include "cli/image_root.h"
#include "cli/kept_words.h"
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
#include "runtime/container/own_files.h"
#include "runtime/container/places.h"
#include "runtime/container/run.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/record.h"
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
          : absl::StrCat(
                ended.limits.oom_kills, " of the container's processes ",
                ended.limits.oom_kills == 1 ? "was" : "were", " killed"),
      " because it reached its memory limit",
      limit > 0 ? absl::StrCat(" of ", SizeText(static_cast<uint64_t>(limit)),
                               " (--memory)")
                : ", which is that of a cgroup above it",
      "\n");
}

// Tells what a person wants to know of a run.
class Teller {
 public:
  Teller(const RunOptions& options, const Log& log)
      : options_(options), log_(log) {}

  // What is going to be run.
  void Set(const spec::ContainerSpec& spec) {
    args_ = spec.process.args;
    printer_.emplace(spec, options_.format);
  }

  container::Observer observer() {
    container::Observer observer;
    observer.on_init_started = [this] {
      log_.Write(LogLevel::kInfo, "init come on");
      log_.Write(LogLevel::kInfo,
                 absl::StrCat("command ", absl::StrJoin(args_, " ")));
    };
    observer.on_note = [this](absl::string_view note) {
      log_.Write(LogLevel::kInfo, note);
    };
    if (!options_.explain) return observer;
    observer.on_cgroups = [this](const step::SetupPlan& plan,
                                 const container::CgroupSetup& cgroups) {
      Tell(printer_->Cgroups(plan, cgroups));
    };
    observer.on_step = [this](const step::SetupPlan& plan,
                              const launch::StepOutcome& outcome) {
      Tell(printer_->Finished(plan, outcome));
    };
    return observer;
  }

  // Returns the exit code.
  absl::StatusOr<int> Finish(const absl::StatusOr<container::Ended>& ended) {
    if (!ended.ok()) {
      if (options_.explain && printer_) Tell(printer_->Failed(ended.status()));
      return ended.status();
    }
    if (ended->limits.oom_kills > 0) Tell(OomMessage(*ended, options_.limits));
    return ended->exit_code;
  }

 private:
  const RunOptions& options_;
  const Log& log_;
  std::vector<std::string> args_;
  std::optional<StepPrinter> printer_;
};

// One that is kept, as docker's are, unless --rm says otherwise.
absl::StatusOr<int> RunImage(const RunOptions& options,
                             const container::Runtime& runtime,
                             const Caller& caller, Teller& teller) {
  CHM_ASSIGN_OR_RETURN(const std::string id,
                       CreateFor(options, runtime, caller));
  const container::Describe describe = DescribeWords(runtime);
  const auto describe_and_tell = [&](const state::Record& record) {
    absl::StatusOr<container::Description> description = describe(record);
    if (description.ok()) teller.Set(description->spec);
    return description;
  };
  const absl::StatusOr<container::Ended> ended =
      container::RunKept(runtime, id, describe_and_tell, teller.observer());
  // What never ran is nothing to keep.
  if (!ended.ok()) (void)container::RemoveKept(runtime, id, /*force=*/true);
  return teller.Finish(ended);
}

absl::StatusOr<int> PrintPlan(const RunOptions& options,
                              const container::Runtime& runtime,
                              container::Description& description) {
  const bool is_kept = options.keeping.detach || !options.image.empty();
  const std::string root =
      is_kept ? container::KeptRuntime(runtime).root : runtime.root;
  container::MountOwnFiles(description.wishes.files, absl::StrCat(root, "/ID"),
                           description.spec);
  CHM_ASSIGN_OR_RETURN(const container::RunPlan plan,
                       container::Plan(runtime, description.spec,
                                       description.wishes, options.explain));
  CHM_RETURN_IF_ERROR(
      PrintToStdout(PlanReport(plan, description.spec, options.format)));
  return 0;
}

absl::StatusOr<int> RunOrPlan(const RunOptions& options,
                              const container::Runtime& runtime,
                              const Caller& caller, const Log& log) {
  const bool has_image = !options.image.empty();
  Teller teller(options, log);
  if (has_image && !options.dry_run) {
    return RunImage(options, runtime, caller, teller);
  }
  ImageOptions all = {.options = options};
  if (has_image) {
    CHM_ASSIGN_OR_RETURN(all, OptionsOfImage(runtime, options, "", "ID"));
  }
  CHM_ASSIGN_OR_RETURN(
      container::Description description,
      DescribeOptions(runtime, all.options, has_image ? &all.files : nullptr,
                      caller));
  if (options.dry_run) return PrintPlan(options, runtime, description);
  teller.Set(description.spec);
  return teller.Finish(container::Run(runtime, description.spec,
                                      description.wishes, teller.observer()));
}

}  // namespace

absl::StatusOr<int> RunContainer(const RunOptions& options,
                                 const Session& session) {
  container::Runtime runtime = session.runtime;
  runtime.warn = [&](absl::string_view line) {
    session.runtime.warn(WithFlagName(line));
  };
  CHM_ASSIGN_OR_RETURN(const RunOptions complete, WithEnvFiles(options));
  absl::StatusOr<int> exit_code =
      RunOrPlan(complete, runtime, session.caller, session.log);
  if (!exit_code.ok()) return WithFlagName(exit_code.status());
  return exit_code;
}

}  // namespace chmdocker::cli
