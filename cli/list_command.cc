#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/state_json.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"quiet", "q", "", "print ids only", Into<&ListWords::quiet>},
    {"format", "f", "FORMAT", "print a table or json (default: table)",
     Into<&ListWords::format>},
};

std::string ContainerTable(const std::vector<container::Snapshot>& containers) {
  std::vector<Row> rows = {
      {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const container::Snapshot& container : containers) {
    const state::Record& record = container.record;
    rows.push_back({record.id, absl::StrCat(PidOf(container)),
                    std::string(StatusName(container.status)),
                    Printable(record.bundle), Printable(record.created),
                    OwnerName(record.owner)});
  }
  // As wide as runc's: programs read that table.
  return Columns(rows, 12);
}

absl::Status ListContainers(const container::Runtime& runtime,
                            const ListWords& words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<container::Snapshot> containers,
                       container::List(runtime));
  if (words.quiet) {
    std::string ids;
    for (const container::Snapshot& container : containers) {
      absl::StrAppend(&ids, container.record.id, "\n");
    }
    return PrintToStdout(ids);
  }
  return PrintToStdout(words.format == Format::kJson
                           ? StatesJson(containers)
                           : ContainerTable(containers));
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const ListWords list, ParseList(words));
  return Doing([list](const Session& session) {
    return ListContainers(session.runtime, list);
  });
}

}  // namespace

absl::StatusOr<ListWords> ParseList(Words words) {
  ListWords list;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &list}, words));
  if (!rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants no arguments, and got ", Quote(rest[0])));
  }
  return list;
}

constexpr Command kListCommand = {
    "list",
    "list",
    "List containers",
    "list [options]",
    "A state directory that does not exist has no containers.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
