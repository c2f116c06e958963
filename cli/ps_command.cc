#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/list_containers.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/ps_table.h"
#include "cli/run_options.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"format", "f", "FORMAT", "print a table or json (default: table)",
     Into<&PsWords::format>},
};

absl::Status PrintProcesses(const container::Runtime& runtime,
                            const PsWords& words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<pid_t> pids,
                       container::Processes(runtime, words.id));
  if (words.format == Format::kJson) {
    return PrintToStdout(absl::StrCat("[", absl::StrJoin(pids, ","), "]\n"));
  }
  CHM_ASSIGN_OR_RETURN(
      const std::string all,
      RunPs(words.ps_words.empty() ? std::vector<std::string>{"-ef"}
                                   : words.ps_words));
  CHM_ASSIGN_OR_RETURN(const std::string table, FilterPs(all, pids));
  return PrintToStdout(table);
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const PsWords ps, ParsePs(words));
  return Doing([ps](const Session& session) {
    if (!ps.id.empty()) return PrintProcesses(session.runtime, ps);
    ListWords list;
    list.format = ps.format;
    return ListContainers(session.runtime, list);
  });
}

absl::StatusOr<Action> ParseTop(Words words) {
  CHM_ASSIGN_OR_RETURN(const PsWords top, ParsePs(words));
  if (top.id.empty()) {
    return absl::InvalidArgumentError("wants a container id");
  }
  return Doing([top](const Session& session) {
    return PrintProcesses(session.runtime, top);
  });
}

}  // namespace

absl::StatusOr<PsWords> ParsePs(Words words) {
  PsWords ps;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &ps, Order::kFlagsFirst}, words));
  if (rest.empty()) return ps;
  ps.id = rest[0];
  ps.ps_words.assign(rest.begin() + 1, rest.end());
  return ps;
}

constexpr Command kPsCommand = {
    "ps",
    "ps",
    "List containers, or the processes of one",
    "ps [options] [CONTAINER [PS-OPTION...]]",
    "Options behind the container's id are for the host's ps; without any it "
    "is called\n   with -ef.",
    kFlags,
    Parse,
    kExitOciFailure};

constexpr Command kTopCommand = {"top",
                                 "top",
                                 "List the processes of a container",
                                 "top [options] CONTAINER [PS-OPTION...]",
                                 "The same as ps CONTAINER.",
                                 kFlags,
                                 ParseTop,
                                 kExitOciFailure};

}  // namespace chmdocker::cli
