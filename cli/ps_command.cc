#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/container_table.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/ps_table.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

// runc's -f is --format, docker's is --filter; a filter has an equals sign.
absl::Status FormatInto(void* words, absl::string_view text) {
  const bool is_filter =
      absl::StrContains(text, '=') && !absl::StrContains(text, "{{");
  PsWords& ps = *static_cast<PsWords*>(words);
  if (is_filter) return ReadFilter(text, ps.filters);
  if (text != "text" && text != "table" && text != "json" &&
      !absl::StrContains(text, "{{")) {
    return absl::InvalidArgumentError("wants table, json or a template");
  }
  ps.format = text == "text" ? "table" : std::string(text);
  return absl::OkStatus();
}

constexpr Flag kTopFlags[] = {
    {"format", "f", "FORMAT", "print a table or json (default: table)",
     FormatInto},
};

constexpr Flag kFlags[] = {
    {"format", "f", "FORMAT",
     "print a table, json, or fields as {{.ID}} {{.Names}} (default: table)",
     FormatInto},
    {"all", "a", "", "also those that don't run", Into<&PsWords::all>},
    {"quiet", "q", "", "print ids only", Into<&PsWords::quiet>},
    {"filter", "", "KEY=VALUE",
     "name=, id=, status=, label=, exited=, ancestor= (repeatable; also -f)",
     ReadInto<ReadFilter, &PsWords::filters>},
    {"no-trunc", "", "", "print ids and commands whole", Into<&PsWords::whole>},
    {"last", "n", "N", "the N that were created last", Into<&PsWords::last>},
    {"latest", "l", "", "the one that was created last",
     Into<&PsWords::latest>},
};

absl::Status PrintProcesses(const container::Runtime& runtime,
                            const PsWords& words) {
  const container::Target target = container::FindTarget(runtime, words.id);
  CHM_ASSIGN_OR_RETURN(const std::vector<pid_t> pids,
                       container::Processes(target.runtime, target.id));
  if (words.format == "json") {
    return PrintToStdout(absl::StrCat("[", absl::StrJoin(pids, ","), "]\n"));
  }
  CHM_ASSIGN_OR_RETURN(
      const std::string all,
      RunPs(words.ps_words.empty() ? std::vector<std::string>{"-ef"}
                                   : words.ps_words));
  CHM_ASSIGN_OR_RETURN(const std::string table, FilterPs(all, pids));
  return PrintToStdout(table);
}

// Those of --root and the kept ones, the newest first.
absl::StatusOr<std::vector<container::Snapshot>> AllContainers(
    const container::Runtime& runtime) {
  absl::StatusOr<std::vector<container::Snapshot>> found =
      container::List(runtime);
  // Of an ordinary user without a place for state it may be root's.
  const bool is_anothers = absl::IsFailedPrecondition(found.status()) ||
                           absl::IsPermissionDenied(found.status());
  if (!found.ok() && !is_anothers) return found.status();
  std::vector<container::Snapshot> all;
  if (found.ok()) all = *std::move(found);
  CHM_ASSIGN_OR_RETURN(std::vector<container::Snapshot> kept,
                       container::List(container::KeptRuntime(runtime)));
  all.insert(all.end(), std::make_move_iterator(kept.begin()),
             std::make_move_iterator(kept.end()));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(b.record.created, b.record.id) <
           std::tie(a.record.created, a.record.id);
  });
  return all;
}

absl::Status PrintContainers(const container::Runtime& runtime,
                             const PsWords& words) {
  CHM_ASSIGN_OR_RETURN(std::vector<container::Snapshot> containers,
                       AllContainers(runtime));
  const bool asks_for_state = std::any_of(
      words.filters.begin(), words.filters.end(), [](const auto& filter) {
        return filter.key == "status" || filter.key == "exited";
      });
  const bool all = words.all || words.latest || words.last || asks_for_state;
  std::erase_if(containers, [&](const container::Snapshot& one) {
    const bool runs = one.status == container::Status::kRunning ||
                      one.status == container::Status::kPaused ||
                      StateWord(one) == "restarting";
    return (!all && !runs) || !IsFound(one, words.filters);
  });
  const size_t most = words.latest ? 1 : words.last.value_or(containers.size());
  if (containers.size() > most) containers.resize(most);
  const UnixTime now = TimeNow();
  if (words.quiet) {
    return PrintToStdout(
        absl::StrJoin(containers, "", [&](std::string* out, const auto& one) {
          absl::StrAppend(
              out, words.whole ? one.record.id : ShortId(one.record), "\n");
        }));
  }
  if (words.format.empty() || words.format == "table") {
    return PrintToStdout(ContainersTable(containers, now, words.whole));
  }
  CHM_ASSIGN_OR_RETURN(
      const std::string text,
      ContainersText(containers, now, words.whole, words.format));
  return PrintToStdout(text);
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const PsWords ps, ParsePs(words));
  return Doing([ps](const Session& session) {
    return ps.id.empty() ? PrintContainers(session.runtime, ps)
                         : PrintProcesses(session.runtime, ps);
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
    "Those that run, and with --all also those that have ended.\n\n"
    "   Options behind the container's id are for the host's ps; without any "
    "it "
    "is called\n   with -ef.",
    kFlags,
    Parse,
    kExitOciFailure};

constexpr Command kTopCommand = {"top",
                                 "top",
                                 "List the processes of a container",
                                 "top [options] CONTAINER [PS-OPTION...]",
                                 "The same as ps CONTAINER.",
                                 kTopFlags,
                                 ParseTop,
                                 kExitOciFailure};

}  // namespace chmdocker::cli
