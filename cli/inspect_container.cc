#include "cli/inspect_container.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/container_table.h"
#include "runtime/base/json_writer.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/monitor/log_writer.h"
#include "runtime/state/kept.h"
#include "runtime/state/kept_json.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

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
  labels.reserve(kept.labels.size());
  for (const std::string& label : kept.labels) {
    labels.push_back(absl::StrSplit(label, absl::MaxSplits('=', 1)));
  }
  json.Key("Labels").Map(labels);
  json.EndObject();
}

// Where docker says they are; empty: there is none.
void WriteOwnFiles(const std::string& directory, JsonWriter& json) {
  constexpr const char* kFiles[][2] = {{"ResolvConfPath", "resolv.conf"},
                                       {"HostnamePath", "hostname"},
                                       {"HostsPath", "hosts"}};
  for (const auto& [key, name] : kFiles) {
    const std::string path = absl::StrCat(directory, "/", name);
    json.Key(key).String(access(path.c_str(), F_OK) == 0 ? path : "");
  }
}

}  // namespace

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
  const std::string directory =
      absl::StrCat(container::KeptRuntime(runtime).root, "/", record.id);
  WriteOwnFiles(directory, json);
  json.Key("LogPath").String(absl::StrCat(directory, "/", monitor::kLogName));
  json.Key("RunWords").Strings(kept.words);
  json.Key("HostConfig");
  WriteHostConfig(kept, json);
  json.Key("Config");
  WriteConfig(kept, json);
  json.EndObject();
}

}  // namespace chmdocker::cli
