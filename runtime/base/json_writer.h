// JSON text (RFC 8259), written value by value.
#ifndef CHMDOCKER_RUNTIME_BASE_JSON_WRITER_H_
#define CHMDOCKER_RUNTIME_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace chmdocker {

// In an object Key() goes before each value. Slashes stay as they are.
class JsonWriter {
 public:
  // `indent` is repeated for each level; empty: all on one line.
  explicit JsonWriter(absl::string_view indent) : indent_(indent) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  JsonWriter& Key(absl::string_view key);
  void String(absl::string_view text);
  void Number(int64_t number);
  void Unsigned(uint64_t number);
  void Bool(bool value);
  // An array of them.
  template <class Texts>
  void Strings(const Texts& texts) {
    BeginArray();
    for (const absl::string_view text : texts) String(text);
    EndArray();
  }
  void Map(absl::Span<const std::pair<std::string, std::string>> map);

  const std::string& text() const { return text_; }

 private:
  void Begin(char bracket);
  void End(char bracket);
  void BeforeValue();
  void NewLine();

  absl::string_view indent_;
  std::string text_;
  std::vector<bool> empty_;  // of each open object or array
  bool after_key_ = false;
};

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_JSON_WRITER_H_
