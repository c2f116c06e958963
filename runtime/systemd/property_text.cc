#include "runtime/systemd/property_text.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {
namespace {

class Decoder {
 public:
  explicit Decoder(const std::string& bytes) : bytes_(bytes) {}

  bool AtEnd() const { return at_ >= bytes_.size(); }

  std::string Property() {
    Align(8);
    const std::string name = Text();
    const std::string type = Signature();
    std::vector<std::string> values;
    if (type[0] != 'a') {
      values.push_back(Basic(type[0]));
      return absl::StrCat(name, "=", type, ":", values[0], wrong_);
    }
    const uint64_t size = Number(4);
    const bool structures = type[1] == '(';
    Align(structures ? 8 : Size(type[1]));
    for (const size_t end = at_ + size; at_ < end;) {
      if (structures) Align(8);
      for (const char basic : type.substr(1)) {
        if (basic != '(' && basic != ')') values.push_back(Basic(basic));
      }
    }
    return absl::StrCat(name, "=", type, ":", absl::StrJoin(values, ","),
                        wrong_);
  }

 private:
  static size_t Size(char type) {
    const absl::string_view kTypes = "ynqbiuxtdsog";
    constexpr size_t kSizes[] = {1, 2, 2, 4, 4, 4, 8, 8, 8, 4, 4, 1};
    return kSizes[kTypes.find(type)];
  }

  void Align(size_t to) {
    for (; at_ % to != 0; ++at_) {
      if (AtEnd() || bytes_[at_] != '\0') wrong_ = "?";
    }
  }

  uint64_t Number(size_t size) {
    Align(size);
    uint64_t number = 0;
    for (size_t i = 0; i < size && !AtEnd(); ++i) {
      number |= uint64_t{static_cast<unsigned char>(bytes_[at_++])} << (8 * i);
    }
    return number;
  }

  std::string Take(size_t size) {
    if (at_ + size >= bytes_.size() || bytes_[at_ + size] != '\0') wrong_ = "?";
    std::string text = bytes_.substr(at_, size);
    at_ += size + 1;
    return text;
  }
  std::string Text() { return Take(Number(4)); }
  std::string Signature() { return Take(Number(1)); }

  std::string Basic(char type) {
    if (type == 's' || type == 'o') return Text();
    return type == 'g' ? Signature() : absl::StrCat(Number(Size(type)));
  }

  const std::string& bytes_;
  size_t at_ = 0;
  absl::string_view wrong_;
};

}  // namespace

std::vector<std::string> TextsOf(const Properties& properties) {
  Decoder decoder(properties.bytes());
  std::vector<std::string> texts;
  while (!decoder.AtEnd()) texts.push_back(decoder.Property());
  return texts;
}

}  // namespace chmdocker::systemd
