#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/doctor.h"
#include "runtime/host/findings.h"

namespace chmdocker::cli {
namespace {

struct DoctorWords {
  Format format = Format::kText;
};

absl::Status JsonInto(void* words, absl::string_view text) {
  bool json = false;
  CHM_RETURN_IF_ERROR(ReadValue(text, json));
  static_cast<DoctorWords*>(words)->format =
      json ? Format::kJson : Format::kText;
  return absl::OkStatus();
}

constexpr Flag kFlags[] = {
    {"json", "", "", "print json", JsonInto},
    {"format", "f", "FORMAT", "print a table or json (default: table)",
     Into<&DoctorWords::format>},
};

std::string Table(const host::Findings& findings) {
  std::vector<Row> rows = {{"ABILITY", "STATE", "FOUND"}};
  for (const host::Finding& line : findings.lines) {
    rows.push_back({line.name, std::string(host::StateName(line.state)),
                    Printable(line.found)});
    if (*line.costs != '\0') {
      rows.push_back({"", "", absl::StrCat("costs: ", line.costs)});
    }
    if (!line.remedy.empty()) {
      rows.push_back({"", "", absl::StrCat("mend:  ", Printable(line.remedy))});
    }
  }
  // As wide as the longest state, which there need not be.
  return absl::StrCat(Columns(rows, 10),
                      findings.can_run
                          ? "containers can be run by this user\n"
                          : "containers can't be run by this user\n");
}

std::string Json(const host::Findings& findings) {
  JsonWriter json("  ");
  json.BeginObject();
  json.Key("canRun").Bool(findings.can_run);
  json.Key("abilities").BeginArray();
  for (const host::Finding& line : findings.lines) {
    json.BeginObject();
    json.Key("name").String(line.name);
    json.Key("state").String(host::StateName(line.state));
    json.Key("found").String(line.found);
    if (*line.costs != '\0') json.Key("costs").String(line.costs);
    if (!line.remedy.empty()) json.Key("mend").String(line.remedy);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.text() + "\n";
}

absl::StatusOr<Action> Parse(Words words) {
  DoctorWords doctor;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &doctor}, words));
  if (!rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants no arguments, and got ", Quote(rest[0])));
  }
  Action action;
  action.face = Face::kPerson;
  action.failure = kExitFailure;
  action.run = [doctor](const Session&) -> absl::StatusOr<int> {
    CHM_ASSIGN_OR_RETURN(const host::Findings findings, container::Doctor());
    CHM_RETURN_IF_ERROR(PrintToStdout(
        doctor.format == Format::kJson ? Json(findings) : Table(findings)));
    return findings.can_run ? 0 : 1;
  };
  return action;
}

}  // namespace

constexpr Command kDoctorCommand = {
    "doctor",
    "doctor",
    "Try out what this host can do for containers",
    "doctor [options]",
    "Each ability is tried out as the user who asks, in processes and "
    "namespaces of its\n   own of which nothing is left. A line that is not ok "
    "says what that costs, and a\n   command that mends it, if there is "
    "one.\n\n"
    "   The exit code is 0 when this user can run containers, 1 when not, and "
    "125 when\n   doctor itself failed.",
    kFlags,
    Parse,
    kExitFailure};

}  // namespace chmdocker::cli
