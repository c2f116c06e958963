#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/container_table.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_commands.h"
#include "cli/print.h"
#include "cli/template.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/monitor/log_writer.h"
#include "runtime/state/kept.h"
#include "runtime/state/kept_json.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

struct InspectWords {
  std::string format;
};

constexpr Flag kFlags[] = {
    {"format", "f", "TEMPLATE", "print fields, as {{.State.Status}}",
     Into<&InspectWords::format>},
};

void WriteState(const container::Snapshot& snapshot, JsonWriter& json) {
  const state::Kept& kept = *snapshot.record.kept;
  const absl::string_view word = StateWord(snapshot);
  const bool runs = word == "running" || word == "paused";
  json.BeginObject();
  json.Key("Status").String(word);
  json.Key("Running").Bool(runs);
  json.Key("Paused").Bool(word == "paused");
  json.Key("Restarting").Bool(word == "restarting");
  json.Key("OOMKilled").Bool(kept.oom_kills > 0);
  json.Key("Pid").Number(runs ? snapshot.record.init.pid : 0);
  json.Key("ExitCode").Number(kept.exit_code);
  json.Key("Error").String(kept.error);
  json.Key("StartedAt").String(kept.started);
  json.Key("FinishedAt").String(kept.finished);
  json.EndObject();
}

void WriteHostConfig(const state::Kept& kept, JsonWriter& json) {
  json.BeginObject();
  json.Key("AutoRemove").Bool(kept.remove);
  json.Key("RestartPolicy");
  json.BeginObject();
  json.Key("Name").String(state::RestartName(kept.restart));
  json.Key("MaximumRetryCount").Unsigned(kept.most_restarts);
  json.EndObject();
  json.Key("LogConfig");
  json.BeginObject();
  json.Key("MaxSize").Unsigned(kept.log_size);
  json.Key("MaxFile").Unsigned(kept.log_files);
  json.EndObject();
  json.EndObject();
}

void WriteConfig(const state::Kept& kept, JsonWriter& json) {
  json.BeginObject();
  json.Key("Image").String(kept.image);
  json.Key("Cmd").Strings(kept.command);
  json.Key("Tty").Bool(kept.terminal);
  json.Key("OpenStdin").Bool(kept.stdin_open);
  json.Key("StopSignal").Number(kept.stop_signal);
  json.Key("StopTimeout").Unsigned(kept.stop_timeout);
  std::vector<std::pair<std::string, std::string>> labels;
  for (const std::string& label : kept.labels) {
    labels.push_back(absl::StrSplit(label, absl::MaxSplits('=', 1)));
  }
  json.Key("Labels").Map(labels);
  json.EndObject();
}

void WriteContainer(const container::Runtime& runtime,
                    const container::Snapshot& snapshot, JsonWriter& json) {
  const state::Record& record = snapshot.record;
  const state::Kept& kept = *record.kept;
  json.BeginObject();
  json.Key("Id").String(record.id);
  json.Key("Created").String(record.created);
  json.Key("Path").String(kept.command.empty() ? "" : kept.command[0]);
  json.Key("Args").Strings(std::vector<std::string>(
      kept.command.begin() + (kept.command.empty() ? 0 : 1),
      kept.command.end()));
  json.Key("State");
  WriteState(snapshot, json);
  // With docker's slash.
  json.Key("Name").String(absl::StrCat("/", kept.name));
  json.Key("RestartCount").Unsigned(kept.restarts);
  json.Key("LogPath").String(absl::StrCat(container::KeptRuntime(runtime).root,
                                          "/", record.id, "/",
                                          monitor::kLogName));
  json.Key("RunWords").Strings(kept.words);
  json.Key("HostConfig");
  WriteHostConfig(kept, json);
  json.Key("Config");
  WriteConfig(kept, json);
  json.EndObject();
}

absl::StatusOr<container::Snapshot> Find(const container::Runtime& runtime,
                                         const std::string& word) {
  CHM_ASSIGN_OR_RETURN(const std::string id,
                       container::FindKept(runtime, word));
  CHM_ASSIGN_OR_RETURN(container::Snapshot snapshot,
                       container::State(container::KeptRuntime(runtime), id));
  if (!snapshot.record.kept) {
    return absl::NotFoundError(absl::StrCat("No such container: ", word));
  }
  return snapshot;
}

absl::Status Inspect(const container::Runtime& runtime,
                     const std::vector<std::string>& words,
                     const InspectWords& inspect) {
  JsonWriter all("    ");
  all.BeginArray();
  for (const std::string& word : words) {
    CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                         Find(runtime, word));
    if (inspect.format.empty()) {
      WriteContainer(runtime, snapshot, all);
      continue;
    }
    JsonWriter json("");
    WriteContainer(runtime, snapshot, json);
    CHM_ASSIGN_OR_RETURN(const std::string line,
                         ExpandTemplate(inspect.format, json.text()));
    CHM_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(line, "\n")));
  }
  if (!inspect.format.empty()) return absl::OkStatus();
  all.EndArray();
  return PrintToStdout(absl::StrCat(all.text(), "\n"));
}

absl::StatusOr<Action> Parse(Words words) {
  InspectWords inspect;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &inspect}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container");
  return Doing([inspect, rest](const Session& session) {
    return Inspect(session.runtime, rest, inspect);
  });
}

// Recorded facts only: what was not seen is not guessed.
std::string Why(const container::Snapshot& snapshot) {
  constexpr int kSignalBase = 128, kKill = 9, kSys = 31;
  const state::Kept& kept = *snapshot.record.kept;
  const absl::string_view word = StateWord(snapshot);
  if (word == "running" || word == "paused") {
    return absl::StrCat("it has not ended: ", word, " since ", kept.started);
  }
  if (!kept.error.empty()) {
    return absl::StrCat("it could not be run: ", kept.error);
  }
  if (word == "created") return "it has never run";
  if (kept.exit_code < 0) {
    return "not known: its monitor was killed, or the host was started anew";
  }
  const int signal = kept.exit_code - kSignalBase;
  std::string reason =
      signal > 0 ? absl::StrCat("signal ", signal, " ended it")
                 : absl::StrCat("its command returned ", kept.exit_code);
  if (kept.oom_kills > 0) {
    absl::StrAppend(&reason, "; the kernel killed ", kept.oom_kills,
                    " of its processes for it had reached its memory limit");
  } else if (kept.stop_wanted && signal > 0) {
    absl::StrAppend(&reason, "; it was stopped by chmdocker",
                    signal == kKill ? ", and had not ended by itself" : "");
  } else if (signal == kSys) {
    absl::StrAppend(&reason,
                    "; it made a system call that its seccomp profile kills");
  }
  absl::StrAppend(&reason, "; at ", kept.finished);
  if (word == "restarting") absl::StrAppend(&reason, "; it will start again");
  return reason;
}

absl::StatusOr<Action> ParseWhy(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  CHM_ASSIGN_OR_RETURN(const std::string word, OnlyId(rest));
  return Doing([word](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                         Find(session.runtime, word));
    return PrintToStdout(absl::StrCat(Why(snapshot), "\n"));
  });
}

}  // namespace

constexpr Command kInspectCommand = {"inspect",
                                     "inspect",
                                     "Show all that is known of detached "
                                     "containers, as JSON",
                                     "inspect [options] CONTAINER...",
                                     "",
                                     kFlags,
                                     Parse,
                                     kExitOciFailure};

constexpr Command kWhyCommand = {
    "why",
    "why",
    "Tell why a detached container has ended",
    "why CONTAINER",
    "From what was recorded: its exit code or signal, the memory limit, what "
    "failed before\n   it ran.",
    {},
    ParseWhy,
    kExitOciFailure};

}  // namespace chmdocker::cli
