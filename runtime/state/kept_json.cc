#include "runtime/state/kept_json.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/status_macros.h"
#include "runtime/state/json_fields.h"
#include "runtime/state/kept.h"
#include "yyjson.h"

namespace chmdocker::state {
namespace {

constexpr std::pair<Restart, const char*> kRestarts[] = {
    {Restart::kNo, "no"},
    {Restart::kOnFailure, "on-failure"},
    {Restart::kAlways, "always"},
    {Restart::kUnlessStopped, "unless-stopped"},
};

absl::Status Read(yyjson_val* object, const char* name, std::string& out) {
  CHM_ASSIGN_OR_RETURN(out, GetString(object, name));
  return absl::OkStatus();
}
absl::Status Read(yyjson_val* object, const char* name,
                  std::vector<std::string>& out) {
  CHM_ASSIGN_OR_RETURN(out, GetStrings(object, name));
  return absl::OkStatus();
}
absl::Status Read(yyjson_val* object, const char* name, bool& out) {
  CHM_ASSIGN_OR_RETURN(out, GetBool(object, name));
  return absl::OkStatus();
}
template <class Number>
absl::Status Read(yyjson_val* object, const char* name, Number& out) {
  CHM_ASSIGN_OR_RETURN(
      const uint64_t number,
      GetUint(object, name,
              static_cast<uint64_t>(std::numeric_limits<Number>::max())));
  out = static_cast<Number>(number);
  return absl::OkStatus();
}

absl::Status Read(yyjson_val* object, const char* name, Restart& out) {
  CHM_ASSIGN_OR_RETURN(const std::string word, GetString(object, name));
  CHM_ASSIGN_OR_RETURN(out, RestartNamed(word));
  return absl::OkStatus();
}

void Write(const std::string& text, JsonWriter& json) { json.String(text); }
void Write(const std::vector<std::string>& texts, JsonWriter& json) {
  json.Strings(texts);
}
void Write(bool value, JsonWriter& json) { json.Bool(value); }
void Write(int number, JsonWriter& json) { json.Number(number); }
void Write(uint64_t number, JsonWriter& json) { json.Unsigned(number); }
void Write(uint32_t number, JsonWriter& json) { json.Unsigned(number); }
void Write(Restart restart, JsonWriter& json) {
  json.String(RestartName(restart));
}

// Calls `visit` with each field and its name, but for the exit code, which need
// not be there.
template <class MaybeConstKept, class Visit>
void ForEachField(MaybeConstKept& kept, Visit visit) {
  visit("name", kept.name);
  visit("image", kept.image);
  visit("imageId", kept.image_id);
  visit("command", kept.command);
  visit("words", kept.words);
  visit("directory", kept.directory);
  visit("environment", kept.environment);
  visit("env", kept.env);
  visit("labels", kept.labels);
  visit("restart", kept.restart);
  visit("mostRestarts", kept.most_restarts);
  visit("remove", kept.remove);
  visit("stopSignal", kept.stop_signal);
  visit("stopTimeout", kept.stop_timeout);
  visit("logSize", kept.log_size);
  visit("logFiles", kept.log_files);
  visit("terminal", kept.terminal);
  visit("init", kept.init);
  visit("stdinOpen", kept.stdin_open);
  visit("started", kept.started);
  visit("finished", kept.finished);
  visit("oomKills", kept.oom_kills);
  visit("refusedForks", kept.refused_forks);
  visit("error", kept.error);
  visit("copied", kept.copied);
  visit("restarts", kept.restarts);
  visit("stopWanted", kept.stop_wanted);
}

constexpr char kExitCode[] = "exitCode";

}  // namespace

absl::string_view RestartName(Restart restart) {
  for (const auto& [one, name] : kRestarts) {
    if (one == restart) return name;
  }
  return "";
}

absl::StatusOr<Restart> RestartNamed(absl::string_view name) {
  for (const auto& [restart, known] : kRestarts) {
    if (name == known) return restart;
  }
  return Wrong("restart", "wants no, on-failure[:N], always or unless-stopped");
}

void WriteKept(const Kept& kept, JsonWriter& json) {
  json.BeginObject();
  ForEachField(kept, [&](const char* name, const auto& field) {
    json.Key(name);
    Write(field, json);
  });
  if (kept.exit_code >= 0) json.Key(kExitCode).Number(kept.exit_code);
  json.EndObject();
}

absl::StatusOr<Kept> GetKept(yyjson_val* object) {
  if (!yyjson_is_obj(object)) return Wrong("kept", "is no object");
  Kept kept;
  absl::Status status;
  ForEachField(kept, [&](const char* name, auto& field) {
    if (status.ok()) status = Read(object, name, field);
  });
  if (status.ok() && yyjson_obj_get(object, kExitCode) != nullptr) {
    status = Read(object, kExitCode, kept.exit_code);
  }
  if (!status.ok()) return status;
  return kept;
}

}  // namespace chmdocker::state
