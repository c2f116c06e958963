#include "runtime/state/record_json.h"

#include <sys/types.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/host/facts.h"
#include "runtime/state/record.h"
#include "yyjson.h"

namespace chmdocker::state {
namespace {

// Of the file's layout. One that a reader of this version would misunderstand
// gets another number.
constexpr uint64_t kFormat = 1;

struct Freer {
  void operator()(yyjson_doc* doc) const { yyjson_doc_free(doc); }
};

constexpr std::pair<Phase, const char*> kPhases[] = {
    {Phase::kCreating, "creating"},
    {Phase::kCreated, "created"},
    {Phase::kStarted, "started"},
    {Phase::kStopped, "stopped"},
};

std::string Member(absl::string_view name, absl::string_view value) {
  return absl::StrCat("\"", name, "\":", value);
}

std::string InitJson(const Process& init) {
  return absl::StrCat(
      "{",
      absl::StrJoin({Member("pid", absl::StrCat(init.pid)),
                     Member("startTime", absl::StrCat(init.start_time)),
                     Member("bootId", QuoteJson(init.boot_id))},
                    ","),
      "}");
}

// Pairs, for an object need not keep their order.
std::string AnnotationsJson(const Record& record) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : record.annotations) {
    pairs.push_back(
        absl::StrCat("[", QuoteJson(name), ",", QuoteJson(value), "]"));
  }
  return absl::StrCat("[", absl::StrJoin(pairs, ","), "]");
}

std::string CgroupsJson(const Record& record) {
  std::vector<std::string> entries;
  for (const host::CgroupDirectory& cgroup : record.cgroups) {
    entries.push_back(absl::StrCat(
        "{", Member("controllers", QuoteJson(cgroup.controllers)), ",",
        Member("path", QuoteJson(cgroup.path)), ",",
        Member("inode", absl::StrCat(cgroup.inode)), ",",
        Member("madeAbove", absl::StrCat(cgroup.made_above)), "}"));
  }
  return absl::StrCat("[", absl::StrJoin(entries, ","), "]");
}

absl::string_view PhaseName(Phase wanted) {
  for (const auto& [phase, name] : kPhases) {
    if (phase == wanted) return name;
  }
  return "";
}

absl::Status Wrong(absl::string_view field, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", rule));
}

absl::StatusOr<std::string> GetString(yyjson_val* object, const char* name) {
  yyjson_val* value = yyjson_obj_get(object, name);
  if (!yyjson_is_str(value)) return Wrong(name, "is no string");
  return std::string(yyjson_get_str(value), yyjson_get_len(value));
}

absl::StatusOr<uint64_t> GetUint(yyjson_val* object, const char* name,
                                 uint64_t most) {
  yyjson_val* value = yyjson_obj_get(object, name);
  if (!yyjson_is_uint(value)) return Wrong(name, "is no number from 0 on");
  if (yyjson_get_uint(value) > most) return Wrong(name, "is too large");
  return yyjson_get_uint(value);
}

absl::StatusOr<Phase> GetPhase(yyjson_val* root) {
  CHM_ASSIGN_OR_RETURN(const std::string word, GetString(root, "phase"));
  for (const auto& [phase, name] : kPhases) {
    if (word == name) return phase;
  }
  return Wrong("phase", absl::StrCat(Quote(word), " is unknown"));
}

absl::StatusOr<Process> GetInit(yyjson_val* root) {
  yyjson_val* object = yyjson_obj_get(root, "init");
  if (!yyjson_is_obj(object)) return Wrong("init", "is no object");
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
  CHM_ASSIGN_OR_RETURN(record.init, GetInit(root));
  CHM_ASSIGN_OR_RETURN(record.bundle, GetString(root, "bundle"));
  CHM_ASSIGN_OR_RETURN(record.rootfs, GetString(root, "rootfs"));
  CHM_ASSIGN_OR_RETURN(record.created, GetString(root, "created"));
  CHM_ASSIGN_OR_RETURN(
      const uint64_t owner,
      GetUint(root, "owner", std::numeric_limits<uint32_t>::max()));
  record.owner = static_cast<uint32_t>(owner);
  CHM_RETURN_IF_ERROR(GetAnnotations(root, record));
  CHM_RETURN_IF_ERROR(GetCgroups(root, record));
  yyjson_val* systemd = yyjson_obj_get(root, "systemdCgroup");
  if (!yyjson_is_bool(systemd)) return Wrong("systemdCgroup", "is no bool");
  record.systemd_cgroup = yyjson_get_bool(systemd);
  CHM_ASSIGN_OR_RETURN(record.systemd_unit, GetString(root, "systemdUnit"));
  yyjson_val* keyring = yyjson_obj_get(root, "newKeyring");
  if (!yyjson_is_bool(keyring)) return Wrong("newKeyring", "is no bool");
  record.new_keyring = yyjson_get_bool(keyring);
  yyjson_val* own = yyjson_obj_get(root, "ownPidNamespace");
  if (!yyjson_is_bool(own)) return Wrong("ownPidNamespace", "is no bool");
  record.own_pid_namespace = yyjson_get_bool(own);
  return record;
}

}  // namespace

std::string RecordToJson(const Record& record) {
  return absl::StrCat(
      "{",
      absl::StrJoin(
          {Member("format", absl::StrCat(kFormat)),
           Member("id", QuoteJson(record.id)),
           Member("phase", QuoteJson(PhaseName(record.phase))),
           Member("init", InitJson(record.init)),
           Member("bundle", QuoteJson(record.bundle)),
           Member("rootfs", QuoteJson(record.rootfs)),
           Member("created", QuoteJson(record.created)),
           Member("owner", absl::StrCat(record.owner)),
           Member("annotations", AnnotationsJson(record)),
           Member("cgroups", CgroupsJson(record)),
           Member("systemdCgroup", record.systemd_cgroup ? "true" : "false"),
           Member("systemdUnit", QuoteJson(record.systemd_unit)),
           Member("newKeyring", record.new_keyring ? "true" : "false"),
           Member("ownPidNamespace",
                  record.own_pid_namespace ? "true" : "false")},
          ","),
      "}\n");
}

absl::StatusOr<Record> RecordFromJson(absl::string_view json) {
  yyjson_read_err error;
  // The text is only read without YYJSON_READ_INSITU, whatever its type says.
  const std::unique_ptr<yyjson_doc, Freer> doc(
      yyjson_read_opts(const_cast<char*>(json.data()), json.size(),
                       YYJSON_READ_ALLOW_INVALID_UNICODE, nullptr, &error));
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
