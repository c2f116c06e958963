#include "runtime/base/json_writer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/quote.h"

namespace chmdocker {

JsonWriter& JsonWriter::Key(absl::string_view key) {
  BeforeValue();
  AppendJson(key, text_);
  text_ += indent_.empty() ? ":" : ": ";
  after_key_ = true;
  return *this;
}

void JsonWriter::String(absl::string_view text) {
  BeforeValue();
  AppendJson(text, text_);
}

void JsonWriter::Number(int64_t number) {
  BeforeValue();
  absl::StrAppend(&text_, number);
}

void JsonWriter::Unsigned(uint64_t number) {
  BeforeValue();
  absl::StrAppend(&text_, number);
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  text_ += value ? "true" : "false";
}

void JsonWriter::Map(
    absl::Span<const std::pair<std::string, std::string>> map) {
  BeginObject();
  for (const auto& [key, value] : map) Key(key).String(value);
  EndObject();
}

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  text_ += bracket;
  empty_.push_back(true);
}

void JsonWriter::End(char bracket) {
  const bool empty = empty_.back();
  empty_.pop_back();
  if (!empty) NewLine();
  text_ += bracket;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
  } else if (!empty_.empty()) {
    if (!empty_.back()) text_ += ',';
    empty_.back() = false;
    NewLine();
  }
}

void JsonWriter::NewLine() {
  if (indent_.empty()) return;
  text_ += '\n';
  for (size_t i = 0; i < empty_.size(); ++i) absl::StrAppend(&text_, indent_);
}

}  // namespace chmdocker
