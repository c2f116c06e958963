// --mount.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "cli/mount_flag_parts.h"
#include "cli/mount_flags.h"
#include "cli/size.h"
#include "runtime/base/flags.h"
#include "runtime/base/octal.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {
namespace {

using spec::Mount;

enum class Key : uint8_t {
  kType,
  kSource,
  kTarget,
  kReadonly,
  kConsistency,
  kPropagation,
  kRecursive,
  kNonrecursive,
  kIdMap,
  kSize,
  kMode,
};
struct Name {
  // No pointer, which each start of the program would have to relocate.
  char name[20];
  Key key;
};
constexpr Name kNames[] = {
    {"type", Key::kType},
    {"source", Key::kSource},
    {"src", Key::kSource},
    {"target", Key::kTarget},
    {"dst", Key::kTarget},
    {"destination", Key::kTarget},
    {"readonly", Key::kReadonly},
    {"ro", Key::kReadonly},
    {"consistency", Key::kConsistency},
    {"bind-propagation", Key::kPropagation},
    {"bind-recursive", Key::kRecursive},
    {"bind-nonrecursive", Key::kNonrecursive},
    {"idmap", Key::kIdMap},
    {"tmpfs-size", Key::kSize},
    {"tmpfs-mode", Key::kMode},
};

// What was said, before it is known what it is about.
struct Record {
  Mount& mount;
  absl::string_view type = "volume";
  absl::string_view target;
  absl::string_view recursive = "enabled";
  bool readonly = false;
  bool has_bind = false;   // a key of binds only,
  bool has_tmpfs = false;  // or of tmpfs
};

bool ReadSwitch(absl::string_view value, bool& out) {
  if (value == "1" || value == "0") value = value == "1" ? "true" : "false";
  return ReadValue(value, out).ok();
}

void AddData(const char* key, absl::string_view value, Mount& mount) {
  absl::StrAppend(&mount.data, mount.data.empty() ? "" : ",", key, value);
}

bool AddSize(absl::string_view value, Mount& mount) {
  uint64_t size = 0;
  if (!ReadSize(value, size).ok()) return false;
  AddData("size=", absl::StrCat(size), mount);
  return true;
}

bool AddMode(absl::string_view value, Mount& mount) {
  unsigned mode = 0;
  for (const char c : value) {
    if (c < '0' || c > '7' || mode > 0777) return false;
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  AddData("mode=", Octal(mode, 4), mount);
  return !value.empty();
}

// False if the value is none for this key.
bool Set(Key key, absl::string_view value, Record& record) {
  bool alone = false;
  switch (key) {
    case Key::kType:
      record.type = value;
      return true;
    case Key::kSource:
      record.mount.source = value;
      return true;
    case Key::kTarget:
      record.target = value;
      return true;
    case Key::kReadonly:
      return ReadSwitch(value, record.readonly);
    case Key::kConsistency:
      return IsOneOf(value, kConsistencies);
    case Key::kPropagation:
      record.mount.propagation.clear();
      return AddPropagation(value, record.mount);
    case Key::kRecursive:
      record.recursive = value;
      return IsOneOf(value, ",enabled,disabled,writable,readonly,");
    case Key::kNonrecursive:
      if (!ReadSwitch(value, alone)) return false;
      if (alone) record.recursive = "disabled";
      return true;
    case Key::kIdMap:
      return SetIdMaps(value, record.mount);
    case Key::kSize:
      return AddSize(value, record.mount);
    case Key::kMode:
      return AddMode(value, record.mount);
  }
  return false;
}

absl::Status SetField(absl::string_view field, absl::string_view text,
                      Record& record) {
  const size_t equals = field.find('=');
  const absl::string_view key = field.substr(0, equals);
  absl::string_view value = "true";
  if (equals != absl::string_view::npos) {
    value = field.substr(equals + 1);
  } else if (!IsOneOf(key, ",readonly,ro,bind-nonrecursive,")) {
    return Wrong("invalid field '", field, "' must be a key=value pair");
  }
  for (const Name& name : kNames) {
    if (key != name.name) continue;
    record.has_bind |= name.key >= Key::kPropagation && name.key < Key::kSize;
    record.has_tmpfs |= name.key >= Key::kSize;
    if (Set(name.key, value, record)) return absl::OkStatus();
    if (name.key == Key::kIdMap) return Wrong(kIdMapRule);
    return Wrong("invalid value for ", key, ": ", value);
  }
  if (absl::StartsWith(key, "volume-")) return Wrong(kNoVolumes);
  return Wrong("unexpected key '", key, "' in '", text, "'");
}

absl::Status FinishBind(const Record& record) {
  Mount& mount = record.mount;
  if (!IsPath(mount.source)) {
    return mount.source.empty() ? Wrong("field Source must not be empty")
                                : Wrong("invalid mount path: '", mount.source,
                                        "' mount path must be absolute");
  }
  const bool all_readonly = record.recursive == "readonly";
  const bool rest_writable = record.recursive == "writable";
  if (!record.readonly && (all_readonly || rest_writable)) {
    return Wrong("option 'bind-recursive=", record.recursive,
                 "' requires 'readonly' to be specified in conjunction");
  }
  mount.type = "bind";
  mount.bind = true;
  mount.recursive = record.recursive != "disabled";
  if (record.readonly) {
    MakeReadonly(mount);
    mount.recursive_optional = !all_readonly;
    if (rest_writable || !mount.recursive) mount.recursive_set = {};
  }
  return absl::OkStatus();
}

absl::Status Finish(const Record& record) {
  const bool is_bind = record.type == "bind";
  if (!is_bind && record.type != "tmpfs") {
    return record.type == "volume" ? Wrong(kNoVolumes, ", with type=bind")
                                   : Wrong("mount type unknown: ", record.type,
                                           "; wants bind or tmpfs");
  }
  if (record.target.empty()) return Wrong("target is required");
  CHM_RETURN_IF_ERROR(SetDestination(record.target, record.mount));
  if (is_bind ? record.has_tmpfs : record.has_bind) {
    return Wrong("cannot mix '", is_bind ? "tmpfs" : "bind",
                 "-*' options with mount type '", record.type, "'");
  }
  if (is_bind) return FinishBind(record);
  if (!record.mount.source.empty()) {
    return Wrong("field Source must not be specified");
  }
  MakeTmpfs(record.mount);
  if (record.readonly) record.mount.flags |= kMountReadonly;
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadMount(absl::string_view text, std::vector<Mount>& out) {
  // docker reads a record of RFC 4180.
  if (absl::StrContains(text, '"')) {
    return Wrong("quotation marks are not understood; --volume takes commas");
  }
  const std::vector<absl::string_view> fields = absl::StrSplit(text, ',');
  Record record = {.mount = out.emplace_back()};
  for (const absl::string_view field : fields) {
    CHM_RETURN_IF_ERROR(SetField(field, text, record));
  }
  return Finish(record);
}

}  // namespace chmdocker::cli
