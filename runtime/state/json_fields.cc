#include "runtime/state/json_fields.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "yyjson.h"

namespace chmdocker::state {

absl::Status Wrong(absl::string_view field, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", rule));
}

absl::StatusOr<std::string> GetString(yyjson_val* object, const char* name) {
  yyjson_val* value = yyjson_obj_get(object, name);
  if (!yyjson_is_str(value)) return Wrong(name, "is no string");
  return std::string(yyjson_get_str(value), yyjson_get_len(value));
}

absl::StatusOr<std::vector<std::string>> GetStrings(yyjson_val* object,
                                                    const char* name) {
  yyjson_val* list = yyjson_obj_get(object, name);
  if (!yyjson_is_arr(list)) return Wrong(name, "is no list");
  std::vector<std::string> texts;
  yyjson_arr_iter entries = yyjson_arr_iter_with(list);
  while (yyjson_val* entry = yyjson_arr_iter_next(&entries)) {
    if (!yyjson_is_str(entry)) {
      return Wrong(name, "has an entry that is no string");
    }
    texts.emplace_back(yyjson_get_str(entry), yyjson_get_len(entry));
  }
  return texts;
}

absl::StatusOr<uint64_t> GetUint(yyjson_val* object, const char* name,
                                 uint64_t most) {
  yyjson_val* value = yyjson_obj_get(object, name);
  if (!yyjson_is_uint(value)) return Wrong(name, "is no number from 0 on");
  if (yyjson_get_uint(value) > most) return Wrong(name, "is too large");
  return yyjson_get_uint(value);
}

absl::StatusOr<bool> GetBool(yyjson_val* object, const char* name) {
  yyjson_val* value = yyjson_obj_get(object, name);
  if (!yyjson_is_bool(value)) return Wrong(name, "is no bool");
  return yyjson_get_bool(value);
}

}  // namespace chmdocker::state
