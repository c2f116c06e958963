#include "cli/explain_printer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/run_options.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/quote.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/container/run.h"
#include "runtime/host/facts.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::cli {
namespace {

std::string Heading(const step::SetupPlan& plan,
                    const spec::ContainerSpec& spec) {
  return absl::StrCat(
      "plan: ", plan.timeline.size(), " steps; root file system: ",
      spec.root.path.empty() ? "the host's own, which is no boundary"
                             : Quote(spec.root.path),
      spec.root.overlay_layers > 0 ? ", of an image" : "", "\n");
}

std::string Result(const launch::StepOutcome& outcome) {
  return outcome.error == 0
             ? "ok"
             : absl::StrCat("passed over ", ErrnoText(outcome.error));
}

// The directory of the hierarchy that a write is for; null: none was made.
const host::CgroupDirectory* PlaceOf(const cgroups::Write& write,
                                     const container::CgroupSetup& setup) {
  for (const host::CgroupDirectory& directory : setup.made) {
    if (directory.controllers == write.hierarchy) return &directory;
  }
  return nullptr;
}

bool Allows(const cgroups::Write& rule) { return rule.file == "devices.allow"; }

// The cgroup of v2: the program that decides on devices is its.
std::string ProgramText(const container::CgroupSetup& setup) {
  std::string out;
  absl::StrAppend(
      &out, " before  attach a program for devices to ",
      Quote(setup.made.back().path), "\n", step::kPurposeIndent,
      "cgroup v2 has no files for them: the kernel asks the program for each "
      "use\n");
  for (const cgroups::Write& rule : setup.device_program) {
    if (rule.field.empty()) continue;
    absl::StrAppend(&out, " before  have it ",
                    Allows(rule) ? "allow " : "deny ", Quote(rule.value), "\n");
  }
  return out;
}

// Writes that nobody asked for are the rules of devices that every container
// has.
std::string CgroupText(const container::CgroupSetup& setup) {
  if (setup.made.empty()) return "";
  std::string out;
  for (const host::CgroupDirectory& directory : setup.made) {
    absl::StrAppend(&out, " before  make the cgroup ", Quote(directory.path),
                    "\n");
  }
  absl::StrAppend(&out, step::kPurposeIndent,
                  "the container is counted, limited and ended in cgroups of "
                  "its own; they are removed after its end\n");
  bool has_default_rules = !setup.device_program.empty();
  for (const cgroups::Write& write : setup.writes) {
    const host::CgroupDirectory* place = PlaceOf(write, setup);
    if (place == nullptr) continue;
    if (write.field.empty()) {
      has_default_rules = true;
      continue;
    }
    absl::StrAppend(&out, " before  write ", Quote(write.value), " to ",
                    Quote(absl::StrCat(place->path, "/", write.file)), "\n");
  }
  if (!setup.device_program.empty()) out += ProgramText(setup);
  if (has_default_rules) {
    absl::StrAppend(&out,
                    " before  allow the devices that every container has\n");
  }
  return out;
}

std::string ProgramJson(const container::CgroupSetup& setup) {
  if (setup.device_program.empty()) return "";
  std::string rules;
  for (const cgroups::Write& rule : setup.device_program) {
    absl::StrAppend(&rules, rules.empty() ? "" : ",",
                    "{\"allow\":", Allows(rule) ? "true" : "false",
                    ",\"devices\":", QuoteJson(rule.value), "}");
  }
  return absl::StrCat(
      ",\"device_program\":{\"cgroup\":", QuoteJson(setup.made.back().path),
      ",\"rules\":[", rules, "]}");
}

std::string CgroupJson(const container::CgroupSetup& setup) {
  std::string directories;
  for (const host::CgroupDirectory& directory : setup.made) {
    absl::StrAppend(&directories, directories.empty() ? "" : ",",
                    QuoteJson(directory.path));
  }
  std::string writes;
  for (const cgroups::Write& write : setup.writes) {
    const host::CgroupDirectory* place = PlaceOf(write, setup);
    if (place == nullptr) continue;
    absl::StrAppend(&writes, writes.empty() ? "" : ",", "{\"file\":",
                    QuoteJson(absl::StrCat(place->path, "/", write.file)),
                    ",\"value\":", QuoteJson(write.value), "}");
  }
  return absl::StrCat("{\"directories\":[", directories, "],\"writes\":[",
                      writes, "]", ProgramJson(setup), "}");
}

}  // namespace

std::string PlanReport(const container::RunPlan& plan,
                       const spec::ContainerSpec& spec, Format format) {
  switch (format) {
    case Format::kText:
      return absl::StrCat(Heading(plan.steps, spec),
                          plan.note.empty() ? "" : "note: ", plan.note,
                          plan.note.empty() ? "" : "\n",
                          CgroupText(plan.cgroups),
                          step::ExplainText(plan.steps));
    case Format::kJson: {
      const std::string steps = step::ExplainJson(plan.steps);
      // Members more, in front of "steps".
      return absl::StrCat(
          "{",
          plan.note.empty()
              ? ""
              : absl::StrCat("\"note\":", QuoteJson(plan.note), ","),
          plan.cgroups.made.empty()
              ? ""
              : absl::StrCat("\"cgroups\":", CgroupJson(plan.cgroups), ","),
          absl::string_view(steps).substr(1));
    }
  }
  return "";
}

std::string StepPrinter::Cgroups(const step::SetupPlan& plan,
                                 const container::CgroupSetup& cgroups) {
  if (format_ == Format::kJson) {
    return absl::StrCat("{\"cgroups\":", CgroupJson(cgroups), "}\n");
  }
  begun_ = true;
  return absl::StrCat(Heading(plan, spec_), CgroupText(cgroups));
}

std::string StepPrinter::Finished(const step::SetupPlan& plan,
                                  const launch::StepOutcome& outcome) {
  const step::Step& step = plan.timeline[outcome.index].step;
  if (format_ == Format::kJson) {
    return absl::StrCat(
        "{\"step\":", outcome.index + 1, ",\"actor\":",
        QuoteJson(step::ActorName(plan.timeline[outcome.index].actor)),
        ",\"kind\":", QuoteJson(step::KindName(step::KindOf(step))),
        ",\"does\":", QuoteJson(step::Explain(step)),
        ",\"result\":", QuoteJson(Result(outcome)),
        outcome.microseconds
            ? absl::StrCat(",\"microseconds\":", *outcome.microseconds)
            : "",
        "}\n");
  }
  std::string out;
  if (!std::exchange(begun_, true)) out = Heading(plan, spec_);
  std::string entry = step::ExplainEntry(plan, outcome.index);
  entry.resize(std::max(entry.size(), size_t{72}), ' ');
  absl::StrAppend(&out, entry, "  ", Result(outcome));
  if (outcome.microseconds) {
    absl::StrAppend(&out, ", ", *outcome.microseconds, " us");
  }
  const absl::string_view purpose = step::Purpose(step);
  if (std::exchange(last_purpose_, purpose) != purpose) {
    absl::StrAppend(&out, "\n", step::kPurposeIndent, purpose);
  }
  return out + "\n";
}

std::string StepPrinter::Failed(const absl::Status& status) const {
  const std::optional<launch::StepFailure> failure =
      launch::StepFailureOf(status);
  if (!failure || format_ == Format::kText) return "";
  return absl::StrCat(
      "{\"step\":", failure->index + 1,
      ",\"result\":\"failed\",\"error\":", QuoteJson(ErrnoName(failure->error)),
      ",\"message\":", QuoteJson(status.message()), "}\n");
}

}  // namespace chmdocker::cli
