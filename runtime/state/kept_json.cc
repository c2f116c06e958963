#include "runtime/state/kept_json.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

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

absl::Status ReadWish(yyjson_val* object, Kept& kept) {
  CHM_RETURN_IF_ERROR(Read(object, "name", kept.name));
  CHM_RETURN_IF_ERROR(Read(object, "image", kept.image));
  CHM_RETURN_IF_ERROR(Read(object, "imageId", kept.image_id));
  CHM_RETURN_IF_ERROR(Read(object, "command", kept.command));
  CHM_RETURN_IF_ERROR(Read(object, "words", kept.words));
  CHM_RETURN_IF_ERROR(Read(object, "directory", kept.directory));
  CHM_RETURN_IF_ERROR(Read(object, "environment", kept.environment));
  CHM_RETURN_IF_ERROR(Read(object, "env", kept.env));
  CHM_RETURN_IF_ERROR(Read(object, "labels", kept.labels));
  CHM_ASSIGN_OR_RETURN(const std::string restart, GetString(object, "restart"));
  CHM_ASSIGN_OR_RETURN(kept.restart, RestartNamed(restart));
  CHM_RETURN_IF_ERROR(Read(object, "mostRestarts", kept.most_restarts));
  CHM_RETURN_IF_ERROR(Read(object, "remove", kept.remove));
  CHM_RETURN_IF_ERROR(Read(object, "stopSignal", kept.stop_signal));
  CHM_RETURN_IF_ERROR(Read(object, "stopTimeout", kept.stop_timeout));
  CHM_RETURN_IF_ERROR(Read(object, "logSize", kept.log_size));
  CHM_RETURN_IF_ERROR(Read(object, "logFiles", kept.log_files));
  CHM_RETURN_IF_ERROR(Read(object, "terminal", kept.terminal));
  CHM_RETURN_IF_ERROR(Read(object, "init", kept.init));
  return Read(object, "stdinOpen", kept.stdin_open);
}

absl::Status ReadLife(yyjson_val* object, Kept& kept) {
  CHM_RETURN_IF_ERROR(Read(object, "started", kept.started));
  CHM_RETURN_IF_ERROR(Read(object, "finished", kept.finished));
  if (yyjson_obj_get(object, "exitCode") != nullptr) {
    CHM_RETURN_IF_ERROR(Read(object, "exitCode", kept.exit_code));
  }
  CHM_RETURN_IF_ERROR(Read(object, "oomKills", kept.oom_kills));
  CHM_RETURN_IF_ERROR(Read(object, "error", kept.error));
  CHM_RETURN_IF_ERROR(Read(object, "copied", kept.copied));
  CHM_RETURN_IF_ERROR(Read(object, "restarts", kept.restarts));
  return Read(object, "stopWanted", kept.stop_wanted);
}

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
  json.Key("name").String(kept.name);
  json.Key("image").String(kept.image);
  json.Key("imageId").String(kept.image_id);
  json.Key("command").Strings(kept.command);
  json.Key("words").Strings(kept.words);
  json.Key("directory").String(kept.directory);
  json.Key("environment").Strings(kept.environment);
  json.Key("env").Strings(kept.env);
  json.Key("labels").Strings(kept.labels);
  json.Key("restart").String(RestartName(kept.restart));
  json.Key("mostRestarts").Unsigned(kept.most_restarts);
  json.Key("remove").Bool(kept.remove);
  json.Key("stopSignal").Number(kept.stop_signal);
  json.Key("stopTimeout").Unsigned(kept.stop_timeout);
  json.Key("logSize").Unsigned(kept.log_size);
  json.Key("logFiles").Unsigned(kept.log_files);
  json.Key("terminal").Bool(kept.terminal);
  json.Key("init").Bool(kept.init);
  json.Key("stdinOpen").Bool(kept.stdin_open);
  json.Key("started").String(kept.started);
  json.Key("finished").String(kept.finished);
  if (kept.exit_code >= 0) json.Key("exitCode").Number(kept.exit_code);
  json.Key("oomKills").Unsigned(kept.oom_kills);
  json.Key("error").String(kept.error);
  json.Key("copied").Bool(kept.copied);
  json.Key("restarts").Unsigned(kept.restarts);
  json.Key("stopWanted").Bool(kept.stop_wanted);
  json.EndObject();
}

absl::StatusOr<Kept> GetKept(yyjson_val* object) {
  if (!yyjson_is_obj(object)) return Wrong("kept", "is no object");
  Kept kept;
  CHM_RETURN_IF_ERROR(ReadWish(object, kept));
  CHM_RETURN_IF_ERROR(ReadLife(object, kept));
  return kept;
}

}  // namespace chmdocker::state
