#include "cli/template.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/template_pieces.h"
#include "runtime/base/json_memory.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "yyjson.h"

namespace chmdocker::cli {
namespace {

struct Freer {
  void operator()(yyjson_doc* doc) const { yyjson_doc_free(doc); }
};

// The documents are our own, and few levels deep.
// NOLINTNEXTLINE(misc-no-recursion)
void Write(yyjson_val* value, JsonWriter& json) {
  if (yyjson_is_obj(value)) {
    json.BeginObject();
    yyjson_obj_iter members = yyjson_obj_iter_with(value);
    while (yyjson_val* key = yyjson_obj_iter_next(&members)) {
      json.Key({yyjson_get_str(key), yyjson_get_len(key)});
      Write(yyjson_obj_iter_get_val(key), json);
    }
    json.EndObject();
  } else if (yyjson_is_arr(value)) {
    json.BeginArray();
    yyjson_arr_iter entries = yyjson_arr_iter_with(value);
    while (yyjson_val* entry = yyjson_arr_iter_next(&entries)) {
      Write(entry, json);
    }
    json.EndArray();
  } else if (yyjson_is_str(value)) {
    json.String({yyjson_get_str(value), yyjson_get_len(value)});
  } else if (yyjson_is_bool(value)) {
    json.Bool(yyjson_get_bool(value));
  } else if (yyjson_is_uint(value)) {
    json.Unsigned(yyjson_get_uint(value));
  } else {
    json.Number(yyjson_get_sint(value));
  }
}

std::string JsonText(yyjson_val* value) {
  JsonWriter json("");
  Write(value, json);
  return json.text();
}

// As Go prints a value: "[a b]", "map[a:1]".
// NOLINTNEXTLINE(misc-no-recursion)
std::string GoText(yyjson_val* value) {
  std::string out;
  if (yyjson_is_obj(value)) {
    yyjson_obj_iter members = yyjson_obj_iter_with(value);
    while (yyjson_val* key = yyjson_obj_iter_next(&members)) {
      absl::StrAppend(&out, out.empty() ? "" : " ", yyjson_get_str(key), ":",
                      GoText(yyjson_obj_iter_get_val(key)));
    }
    return absl::StrCat("map[", out, "]");
  }
  if (yyjson_is_arr(value)) {
    yyjson_arr_iter entries = yyjson_arr_iter_with(value);
    while (yyjson_val* entry = yyjson_arr_iter_next(&entries)) {
      absl::StrAppend(&out, out.empty() ? "" : " ", GoText(entry));
    }
    return absl::StrCat("[", out, "]");
  }
  return yyjson_is_str(value)
             ? std::string(yyjson_get_str(value), yyjson_get_len(value))
             : JsonText(value);
}

absl::StatusOr<yyjson_val*> Field(yyjson_val* value, absl::string_view path) {
  if (path == ".") return value;
  absl::string_view rest = path;
  if (!absl::ConsumePrefix(&rest, ".")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--format: ", Quote(path), ": wants .FIELD or json .FIELD"));
  }
  for (const absl::string_view name : absl::StrSplit(rest, '.')) {
    value = yyjson_obj_getn(value, name.data(), name.size());
    if (value == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("--format: ", Quote(path), ": there is no such field"));
    }
  }
  return value;
}

absl::StatusOr<std::string> Expand(absl::string_view expression,
                                   yyjson_val* root) {
  absl::string_view path = absl::StripAsciiWhitespace(expression);
  const bool as_json = absl::ConsumePrefix(&path, "json ");
  CHM_ASSIGN_OR_RETURN(yyjson_val * value,
                       Field(root, absl::StripAsciiWhitespace(path)));
  return as_json ? JsonText(value) : GoText(value);
}

}  // namespace

absl::StatusOr<std::string> ExpandTemplate(absl::string_view text,
                                           absl::string_view json) {
  const std::unique_ptr<yyjson_doc, Freer> doc(yyjson_read_opts(
      const_cast<char*>(json.data()), json.size(),
      YYJSON_READ_ALLOW_INVALID_UNICODE, &JsonMemory(), nullptr));
  if (doc == nullptr) return absl::InternalError("no JSON to format");
  CHM_ASSIGN_OR_RETURN(const std::vector<TemplatePiece> pieces,
                       SplitTemplate(text));
  std::string out;
  for (const TemplatePiece& piece : pieces) {
    out += piece.text;
    if (!piece.action) continue;
    CHM_ASSIGN_OR_RETURN(const std::string value,
                         Expand(*piece.action, yyjson_doc_get_root(doc.get())));
    out += value;
  }
  return out;
}

}  // namespace chmdocker::cli
