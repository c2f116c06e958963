#include "runtime/state/record_json.h"

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_memory.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/host/facts.h"
#include "runtime/state/json_fields.h"
#include "runtime/state/kept_json.h"
#include "runtime/state/record.h"
#include "yyjson.h"

namespace chmdocker::state {
namespace {

// Of the file's layout. One that a reader of this version would misunderstand
// gets another number.
constexpr uint64_t kFormat = 3;

struct Freer {
  void operator()(yyjson_doc* doc) const { yyjson_doc_free(doc); }
};

constexpr std::pair<Phase, const char*> kPhases[] = {
    {Phase::kCreating, "creating"},
    {Phase::kCreated, "created"},
    {Phase::kStarted, "started"},
    {Phase::kStopped, "stopped"},
};

void WriteProcess(const Process& init, JsonWriter& json) {
  json.BeginObject();
  json.Key("pid").Number(init.pid);
  json.Key("startTime").Unsigned(init.start_time);
  json.Key("bootId").String(init.boot_id);
  json.EndObject();
}

// Pairs, for an object need not keep their order.
void WriteAnnotations(const Record& record, JsonWriter& json) {
  json.BeginArray();
  for (const auto& [name, value] : record.annotations) {
    json.Strings(std::initializer_list<absl::string_view>{name, value});
  }
  json.EndArray();
}

void WriteCgroups(const Record& record, JsonWriter& json) {
  json.BeginArray();
  for (const host::CgroupDirectory& cgroup : record.cgroups) {
    json.BeginObject();
    json.Key("controllers").String(cgroup.controllers);
    json.Key("path").String(cgroup.path);
    json.Key("inode").Unsigned(cgroup.inode);
    json.Key("madeAbove").Unsigned(cgroup.made_above);
    json.EndObject();
  }
  json.EndArray();
}

absl::string_view PhaseName(Phase wanted) {
  for (const auto& [phase, name] : kPhases) {
    if (phase == wanted) return name;
  }
  return "";
}

absl::StatusOr<Phase> GetPhase(yyjson_val* root) {
  CHM_ASSIGN_OR_RETURN(const std::string word, GetString(root, "phase"));
  for (const auto& [phase, name] : kPhases) {
    if (word == name) return phase;
  }
  return Wrong("phase", absl::StrCat(Quote(word), " is unknown"));
}

absl::StatusOr<Process> GetProcess(yyjson_val* root, const char* name) {
  yyjson_val* object = yyjson_obj_get(root, name);
  if (!yyjson_is_obj(object)) return Wrong(name, "is no object");
  Process init;
  CHM_ASSIGN_OR_RETURN(
      const uint64_t pid,
      GetUint(object, "pid", std::numeric_limits<pid_t>::max()));
  init.pid = static_cast<pid_t>(pid);
  CHM_ASSIGN_OR_RETURN(
      init.start_time,
      GetUint(object, "startTime", std::numeric_limits<uint64_t>::max()));
  CHM_ASSIGN_OR_RETURN(init.boot_id, GetString(object, "bootId"));
  return init;
}

absl::Status GetAnnotations(yyjson_val* root, Record& record) {
  yyjson_val* list = yyjson_obj_get(root, "annotations");
  if (!yyjson_is_arr(list)) return Wrong("annotations", "is no list");
  yyjson_arr_iter entries = yyjson_arr_iter_with(list);
  while (yyjson_val* pair = yyjson_arr_iter_next(&entries)) {
    yyjson_val* name = yyjson_arr_get(pair, 0);
    yyjson_val* value = yyjson_arr_get(pair, 1);
    if (!yyjson_is_str(name) || !yyjson_is_str(value)) {
      return Wrong("annotations", "has an entry that is no pair of strings");
    }
    record.annotations.emplace_back(
        std::string(yyjson_get_str(name), yyjson_get_len(name)),
        std::string(yyjson_get_str(value), yyjson_get_len(value)));
  }
  return absl::OkStatus();
}

absl::Status GetCgroups(yyjson_val* root, Record& record) {
  yyjson_val* list = yyjson_obj_get(root, "cgroups");
  if (!yyjson_is_arr(list)) return Wrong("cgroups", "is no list");
  yyjson_arr_iter entries = yyjson_arr_iter_with(list);
  while (yyjson_val* entry = yyjson_arr_iter_next(&entries)) {
    host::CgroupDirectory cgroup;
    CHM_ASSIGN_OR_RETURN(cgroup.controllers, GetString(entry, "controllers"));
    CHM_ASSIGN_OR_RETURN(cgroup.path, GetString(entry, "path"));
    CHM_ASSIGN_OR_RETURN(
        cgroup.inode,
        GetUint(entry, "inode", std::numeric_limits<uint64_t>::max()));
    CHM_ASSIGN_OR_RETURN(
        const uint64_t made,
        GetUint(entry, "madeAbove", std::numeric_limits<uint32_t>::max()));
    cgroup.made_above = static_cast<uint32_t>(made);
    record.cgroups.push_back(std::move(cgroup));
  }
  return absl::OkStatus();
}

absl::StatusOr<Record> GetRecord(yyjson_val* root) {
  CHM_ASSIGN_OR_RETURN(
      const uint64_t format,
      GetUint(root, "format", std::numeric_limits<uint64_t>::max()));
  if (format != kFormat) {
    return Wrong("format", absl::StrCat(format, " is not ", kFormat));
  }
  Record record;
  CHM_ASSIGN_OR_RETURN(record.id, GetString(root, "id"));
  CHM_ASSIGN_OR_RETURN(record.phase, GetPhase(root));
  CHM_ASSIGN_OR_RETURN(record.init, GetProcess(root, "init"));
  CHM_ASSIGN_OR_RETURN(record.bundle, GetString(root, "bundle"));
  CHM_ASSIGN_OR_RETURN(record.rootfs, GetString(root, "rootfs"));
  CHM_ASSIGN_OR_RETURN(record.created, GetString(root, "created"));
  CHM_ASSIGN_OR_RETURN(
      const uint64_t owner,
      GetUint(root, "owner", std::numeric_limits<uint32_t>::max()));
  record.owner = static_cast<uint32_t>(owner);
  CHM_RETURN_IF_ERROR(GetAnnotations(root, record));
  CHM_RETURN_IF_ERROR(GetCgroups(root, record));
  CHM_ASSIGN_OR_RETURN(record.systemd_cgroup, GetBool(root, "systemdCgroup"));
  CHM_ASSIGN_OR_RETURN(record.systemd_unit, GetString(root, "systemdUnit"));
  CHM_ASSIGN_OR_RETURN(record.new_keyring, GetBool(root, "newKeyring"));
  CHM_ASSIGN_OR_RETURN(record.own_pid_namespace,
                       GetBool(root, "ownPidNamespace"));
  CHM_ASSIGN_OR_RETURN(record.start_needs_config,
                       GetBool(root, "startNeedsConfig"));
  CHM_ASSIGN_OR_RETURN(record.delete_needs_config,
                       GetBool(root, "deleteNeedsConfig"));
  CHM_ASSIGN_OR_RETURN(record.devices_updated, GetBool(root, "devicesUpdated"));
  yyjson_val* kept = yyjson_obj_get(root, "kept");
  if (kept == nullptr) return record;
  CHM_ASSIGN_OR_RETURN(record.kept, GetKept(kept));
  CHM_ASSIGN_OR_RETURN(record.monitor, GetProcess(root, "monitor"));
  return record;
}

}  // namespace

std::string RecordToJson(const Record& record) {
  JsonWriter json("");
  json.BeginObject();
  json.Key("format").Unsigned(kFormat);
  json.Key("id").String(record.id);
  json.Key("phase").String(PhaseName(record.phase));
  json.Key("init");
  WriteProcess(record.init, json);
  json.Key("bundle").String(record.bundle);
  json.Key("rootfs").String(record.rootfs);
  json.Key("created").String(record.created);
  json.Key("owner").Unsigned(record.owner);
  json.Key("annotations");
  WriteAnnotations(record, json);
  json.Key("cgroups");
  WriteCgroups(record, json);
  json.Key("systemdCgroup").Bool(record.systemd_cgroup);
  json.Key("systemdUnit").String(record.systemd_unit);
  json.Key("newKeyring").Bool(record.new_keyring);
  json.Key("ownPidNamespace").Bool(record.own_pid_namespace);
  json.Key("startNeedsConfig").Bool(record.start_needs_config);
  json.Key("deleteNeedsConfig").Bool(record.delete_needs_config);
  json.Key("devicesUpdated").Bool(record.devices_updated);
  if (record.kept) {
    json.Key("kept");
    WriteKept(*record.kept, json);
    json.Key("monitor");
    WriteProcess(record.monitor, json);
  }
  json.EndObject();
  return json.text() + "\n";
}

absl::StatusOr<Record> RecordFromJson(absl::string_view json) {
  yyjson_read_err error;
  // The text is only read without YYJSON_READ_INSITU, whatever its type says.
  const std::unique_ptr<yyjson_doc, Freer> doc(yyjson_read_opts(
      const_cast<char*>(json.data()), json.size(),
      YYJSON_READ_ALLOW_INVALID_UNICODE, &JsonMemory(), &error));
  if (doc == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("byte ", error.pos, ": ", error.msg));
  }
  yyjson_val* root = yyjson_doc_get_root(doc.get());
  if (!yyjson_is_obj(root)) {
    return absl::InvalidArgumentError("is no JSON object");
  }
  return GetRecord(root);
}

}  // namespace chmdocker::state
