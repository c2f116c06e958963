#include "runtime/oci/json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/json_memory.h"
#include "runtime/base/quote.h"
#include "runtime/oci/names.h"
#include "yyjson.h"

namespace chmdocker::oci {
namespace {

absl::string_view TypeName(yyjson_type type) {
  switch (type) {
    case YYJSON_TYPE_NULL:
      return "null";
    case YYJSON_TYPE_BOOL:
      return "a truth value";
    case YYJSON_TYPE_RAW:
    case YYJSON_TYPE_NUM:
      return "a number";
    case YYJSON_TYPE_STR:
      return "a string";
    case YYJSON_TYPE_ARR:
      return "an array";
    case YYJSON_TYPE_OBJ:
      return "an object";
    default:
      return "nothing";
  }
}

absl::string_view Text(yyjson_val* value) {
  return absl::string_view(unsafe_yyjson_get_str(value),
                           unsafe_yyjson_get_len(value));
}

// A string without an escape in it, and so without a NUL.
bool IsPlainText(yyjson_val* value) {
  return unsafe_yyjson_get_tag(value) ==
         (YYJSON_TYPE_STR | YYJSON_SUBTYPE_NOESC);
}

// The digits of a number that is written as a whole one.
std::optional<absl::string_view> Digits(absl::string_view number) {
  if (absl::StartsWith(number, "-")) number.remove_prefix(1);
  if (!std::all_of(number.begin(), number.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  return number;
}

// Nothing for what 64 bits do not hold.
std::optional<uint64_t> Magnitude(absl::string_view digits) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  uint64_t value = 0;
  for (const char digit : digits) {
    const uint64_t units = static_cast<uint64_t>(digit - '0');
    if (value > (kMax - units) / 10) return std::nullopt;
    value = value * 10 + units;
  }
  return value;
}

std::string KeyInPath(absl::string_view key) {
  const bool plain =
      !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
      });
  return plain ? absl::StrCat(".", key) : absl::StrCat("[", Quote(key), "]");
}

}  // namespace

void Report::Fail(absl::string_view path, absl::string_view rule) {
  if (failed()) return;
  status_ = absl::InvalidArgumentError(
      absl::StrCat(path, path.empty() ? "" : ": ", rule));
}

void Report::AddWarning(absl::string_view path, absl::string_view text) const {
  if (warn_) warn_(absl::StrCat(path, ": ", text));
}

void Report::Refuse(absl::string_view path, absl::string_view text) {
  if (lenient_) return AddWarning(path, absl::StrCat(text, "; ignored"));
  Fail(path, absl::StrCat(text, "; --lenient ignores it"));
}

Value Value::Member(absl::string_view name) const& {
  yyjson_val* found = nullptr;
  if (Is(YYJSON_TYPE_OBJ)) {
    yyjson_obj_iter iter = yyjson_obj_iter_with(value_);
    while (yyjson_val* key = yyjson_obj_iter_next(&iter)) {
      if (Text(key) == name) found = yyjson_obj_iter_get_val(key);
    }
  }
  if (yyjson_is_null(found)) found = nullptr;
  return Value(found, this, name, kNoIndex);
}

const Value& Value::Required() const {
  if (value_ == nullptr) Fail("is missing");
  return *this;
}

bool Value::Read(bool* out) const {
  if (!Is(YYJSON_TYPE_BOOL)) return false;
  *out = unsafe_yyjson_get_bool(value_);
  return true;
}

bool Value::Read(absl::string_view* out) const {
  if (!Is(YYJSON_TYPE_STR)) return false;
  if (!IsPlainText(value_) && !CheckText(Text(value_))) return false;
  *out = Text(value_);
  return true;
}

bool Value::Read(std::string* out) const {
  absl::string_view text;
  if (!Read(&text)) return false;
  *out = std::string(text);
  return true;
}

bool Value::Read(std::vector<std::string>* out) const {
  if (!Is(YYJSON_TYPE_ARR)) return false;
  std::vector<std::string> texts;
  texts.reserve(unsafe_yyjson_get_len(value_));
  yyjson_arr_iter iter = yyjson_arr_iter_with(value_);
  for (size_t i = 0; yyjson_val* element = yyjson_arr_iter_next(&iter); ++i) {
    // A Value knows its place, for errors; there may be hundreds of texts.
    absl::string_view text;
    if (IsPlainText(element)) {
      text = Text(element);
    } else if (!Value(element, this, "", i).Read(&text)) {
      return false;
    }
    texts.emplace_back(text);
  }
  *out = std::move(texts);
  return true;
}

bool Value::Read(std::vector<std::pair<std::string, std::string>>* out) const {
  std::vector<std::pair<std::string, std::string>> map;
  const bool read =
      ForEachMember([&](absl::string_view key, const Value& member) {
        std::string text;
        if (member.Read(&text)) map.emplace_back(key, std::move(text));
      });
  if (read) *out = std::move(map);
  return read;
}

bool Value::ForEachElement(absl::FunctionRef<void(const Value&)> use) const {
  if (!Is(YYJSON_TYPE_ARR)) return false;
  yyjson_arr_iter iter = yyjson_arr_iter_with(value_);
  for (size_t i = 0; yyjson_val* element = yyjson_arr_iter_next(&iter); ++i) {
    use(Value(element, this, "", i));
    if (report_->failed()) return false;
  }
  return true;
}

bool Value::ForEachMember(
    absl::FunctionRef<void(absl::string_view, const Value&)> use) const {
  if (!Is(YYJSON_TYPE_OBJ)) return false;
  std::vector<std::pair<absl::string_view, yyjson_val*>> members;
  yyjson_obj_iter iter = yyjson_obj_iter_with(value_);
  while (yyjson_val* key = yyjson_obj_iter_next(&iter)) {
    members.emplace_back(Text(key), yyjson_obj_iter_get_val(key));
  }
  // Equal keys stay in their order: the values of a document lie in it.
  std::sort(members.begin(), members.end());
  for (size_t i = 0; i < members.size(); ++i) {
    const auto& [key, value] = members[i];
    if (i + 1 < members.size() && members[i + 1].first == key) continue;
    const Value member(value, this, key, kNoIndex);
    if (member.CheckText(key)) use(key, member);
    if (report_->failed()) return false;
  }
  return true;
}

bool Value::ReadInteger(int64_t negative_min, uint64_t positive_min,
                        uint64_t max, uint64_t* bits) const {
  // Numbers are read as YYJSON_READ_NUMBER_AS_RAW has them: as they are
  // written.
  if (!Is(YYJSON_TYPE_RAW)) return false;
  const absl::string_view number = Text(value_);
  const std::optional<absl::string_view> digits = Digits(number);
  if (!digits.has_value()) {
    Fail(absl::StrCat(number, " is no whole number"));
    return false;
  }
  const std::optional<uint64_t> magnitude = Magnitude(*digits);
  const bool negative = digits->size() != number.size();
  // Two's complement: right for the least number, too.
  const uint64_t lowest = 0 - static_cast<uint64_t>(negative_min);
  if (!magnitude.has_value() ||
      (negative && *magnitude != 0
           ? *magnitude > lowest
           : *magnitude > max || *magnitude < positive_min)) {
    const std::string least = negative_min < 0 ? absl::StrCat(negative_min)
                                               : absl::StrCat(positive_min);
    Fail(absl::StrCat(number, " is not in the range ", least, " to ", max));
    return false;
  }
  *bits = negative ? 0 - *magnitude : *magnitude;
  return true;
}

bool Value::ReadNamed(absl::Span<const NamedValue> names,
                      uint64_t* value) const {
  absl::string_view name;
  if (!Read(&name)) return false;
  const std::optional<uint64_t> found = FindValue(names, name);
  if (!found.has_value()) {
    Fail(absl::StrCat("unknown ", Quote(name)));
    return false;
  }
  *value = *found;
  return true;
}

void Value::Fail(absl::string_view rule) const { report_->Fail(Path(), rule); }

void Value::FailWith(absl::string_view value, absl::string_view rule) const {
  Fail(absl::StrCat(Quote(value), " ", rule));
}

void Value::AddWarning(absl::string_view text) const {
  if (present()) report_->AddWarning(Path(), text);
}

void Value::Refuse(absl::string_view text) const {
  if (present()) report_->Refuse(Path(), text);
}

bool Value::Is(yyjson_type type) const {
  if (!present()) return false;
  const yyjson_type found = unsafe_yyjson_get_type(value_);
  if (found == type) return true;
  Fail(absl::StrCat("must be ", TypeName(type), " and is ", TypeName(found)));
  return false;
}

bool Value::CheckText(absl::string_view text) const {
  if (!absl::StrContains(text, '\0')) return true;
  FailWith(text, "contains a NUL byte");
  return false;
}

std::string Value::Path() const {
  std::string path;
  const Value* value = this;
  for (; value->parent_ != nullptr; value = value->parent_) {
    path.insert(0, value->index_ == kNoIndex
                       ? KeyInPath(value->key_)
                       : absl::StrCat("[", value->index_, "]"));
  }
  // The root has no name: its fields start the path.
  if (value->key_.empty() && absl::StartsWith(path, ".")) path.erase(0, 1);
  return absl::StrCat(value->key_, path);
}

absl::StatusOr<Document> Document::Parse(absl::string_view text) {
  yyjson_read_err error;
  // Without YYJSON_READ_INSITU it reads a copy, and the text is not changed.
  yyjson_doc* document =
      yyjson_read_opts(const_cast<char*>(text.data()), text.size(),
                       YYJSON_READ_NUMBER_AS_RAW, &JsonMemory(), &error);
  if (document != nullptr) return Document(document);
  if (text.empty()) return absl::InvalidArgumentError("json: there is no text");
  const absl::string_view before = text.substr(0, error.pos);
  const size_t line_start = before.rfind('\n') + 1;
  return absl::InvalidArgumentError(absl::StrCat(
      "json: line ", 1 + std::count(before.begin(), before.end(), '\n'),
      ", column ", 1 + before.size() - line_start, " (byte ", error.pos,
      "): ", error.msg));
}

yyjson_val* Document::root() const {
  return yyjson_doc_get_root(document_.get());
}

void Document::Free::operator()(yyjson_doc* document) const {
  yyjson_doc_free(document);
}

}  // namespace chmdocker::oci
