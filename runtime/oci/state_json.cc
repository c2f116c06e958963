#include "runtime/oci/state_json.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/json_writer.h"
#include "runtime/oci/version.h"

namespace chmdocker::oci {
namespace {

void WriteState(const State& state, bool always_pid, JsonWriter& json) {
  json.Key("ociVersion").String(kOciVersion);
  json.Key("id").String(state.id);
  json.Key("status").String(state.status);
  // The specification has it optional, and not for what has no process; those
  // who call runc rely on it.
  if (state.pid != 0 || always_pid) json.Key("pid").Number(state.pid);
  json.Key("bundle").String(state.bundle);
  if (!state.annotations.empty()) {
    json.Key("annotations").Map(state.annotations);
  }
}

}  // namespace

std::string StateJson(const State& state) {
  JsonWriter json("");
  json.BeginObject();
  WriteState(state, /*always_pid=*/false, json);
  json.EndObject();
  return json.text();
}

std::string StateJson(const State& state, const StateDetails& details) {
  JsonWriter json("  ");
  json.BeginObject();
  WriteState(state, /*always_pid=*/true, json);
  json.Key("rootfs").String(details.rootfs);
  json.Key("created").String(details.created);
  json.Key("owner").String(details.owner);
  if (details.oom_killed) json.Key("oomKilled").Bool(true);
  json.EndObject();
  return absl::StrCat(json.text(), "\n");
}

}  // namespace chmdocker::oci
