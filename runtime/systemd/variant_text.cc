#include "runtime/systemd/variant_text.h"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {
namespace {

// The types by GVariant's names; of whole numbers, with how many bits they
// have.
struct BasicType {
  const char* name;
  int bits;
  char type;
  bool is_signed;
};
constexpr BasicType kBasicTypes[] = {
    {"byte", 8, 'y', false},       {"int16", 16, 'n', true},
    {"uint16", 16, 'q', false},    {"int32", 32, 'i', true},
    {"uint32", 32, 'u', false},    {"int64", 64, 'x', true},
    {"uint64", 64, 't', false},    {"double", 0, 'd', false},
    {"boolean", 0, 'b', false},    {"string", 0, 's', false},
    {"objectpath", 0, 'o', false}, {"signature", 0, 'g', false},
};

const BasicType* FindType(char type) {
  for (const BasicType& basic : kBasicTypes) {
    if (basic.type == type) return &basic;
  }
  return nullptr;
}

bool IsText(char type) { return type == 's' || type == 'o' || type == 'g'; }

// Reads one element of the text after the other. Each part returns null, or
// what is wrong.
class Parser {
 public:
  Parser(absl::string_view text, Variant* value) : text_(text), value_(value) {}

  const char* Parse() {
    bool is_array = false;
    if (Skip('@')) {
      is_array = Skip('a');
      type_ = text_.empty() ? '\0' : text_[0];
      text_.remove_prefix(text_.empty() ? 0 : 1);
      if (FindType(type_) == nullptr) return "its type is not one for settings";
      if (is_array && Peek() != '[') return "an array is wanted";
    }
    const char* wrong = nullptr;
    if ((is_array || type_ == '\0') && Skip('[')) {
      is_array = true;
      wrong = ReadElements();
    } else {
      wrong = ReadBasic();
    }
    if (wrong == nullptr && Peek() != '\0') {
      wrong = "there is more than a value";
    }
    value_->type = absl::StrCat(is_array ? "a" : "", std::string(1, type_));
    return wrong;
  }

 private:
  // The next character that is no space.
  char Peek() {
    text_ = absl::StripLeadingAsciiWhitespace(text_);
    return text_.empty() ? '\0' : text_[0];
  }

  bool Skip(char mark) {
    if (Peek() != mark) return false;
    text_.remove_prefix(1);
    return true;
  }

  // A name or a number.
  std::string Word() {
    (void)Peek();
    size_t size = 0;
    while (size < text_.size() &&
           (absl::ascii_isalnum(text_[size]) || text_[size] == '-' ||
            text_[size] == '+' || text_[size] == '.' || text_[size] == '_')) {
      ++size;
    }
    std::string word(text_.substr(0, size));
    text_.remove_prefix(size);
    return word;
  }

  const char* ReadElements() {
    for (bool first = true; !Skip(']'); first = false) {
      if (!first && !Skip(',')) return "\",\" or \"]\" is missing";
      if (const char* wrong = ReadBasic()) return wrong;
    }
    return type_ == '\0' ? "an empty array needs its type: @as []" : nullptr;
  }

  // All that there are have one type.
  bool HasType(char type) {
    if (type_ == '\0') type_ = type;
    return type_ == type;
  }

  const char* ReadBasic() {
    if (Peek() == '\'' || Peek() == '"') return ReadText();
    std::string word = Word();
    for (const BasicType& basic : kBasicTypes) {
      if (word != basic.name) continue;
      if (!HasType(basic.type)) return "its values are of several types";
      if (IsText(type_)) return ReadText();
      word = Word();
      break;
    }
    if (word == "true" || word == "false") {
      if (!HasType('b')) return "true and false are no numbers";
      value_->numbers.push_back(word == "true" ? 1 : 0);
      return nullptr;
    }
    if (type_ == '\0') {
      type_ = word.find('.') == std::string::npos ? 'i' : 'd';
    }
    return type_ == 'd' ? ReadDouble(word) : ReadNumber(word);
  }

  const char* ReadNumber(const std::string& word) {
    static constexpr char kWrong[] =
        "it is no value, or none of its type; a text must be in quotes";
    const BasicType& basic = *FindType(type_);
    if (basic.bits == 0) return kWrong;
    const uint64_t most = ~uint64_t{0} >> (64 - basic.bits + basic.is_signed);
    uint64_t number = 0;
    const bool negative = word[0] == '-';
    if (word.empty() || !absl::ascii_isdigit(word.back()) || word[0] == '+' ||
        !absl::SimpleAtoi(absl::StripPrefix(word, "-"), &number) ||
        (negative && !basic.is_signed) || number > most + negative) {
      return kWrong;
    }
    value_->numbers.push_back(negative ? -number : number);
    return nullptr;
  }

  const char* ReadDouble(const std::string& word) {
    char* end = nullptr;
    const double number = strtod(word.c_str(), &end);
    if (word.empty() || *end != '\0' || !std::isfinite(number)) {
      return "it is no number";
    }
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    value_->numbers.push_back(bits);
    return nullptr;
  }

  // In quotes of either kind; a backslash keeps what is behind it, or is a
  // character of C.
  const char* ReadText() {
    const char quote = Peek();
    if (quote != '\'' && quote != '"') return "a text must be in quotes";
    if (!IsText(type_) && !HasType('s')) {
      return "its values are of several types";
    }
    constexpr absl::string_view kNames = "abfnrtv";
    constexpr absl::string_view kCharacters = "\a\b\f\n\r\t\v";
    std::string& content = value_->texts.emplace_back();
    for (size_t at = 1; at < text_.size(); ++at) {
      char c = text_[at];
      if (c == quote) {
        text_.remove_prefix(at + 1);
        return nullptr;
      }
      if (c == '\0') return "a text must have no NUL";
      if (c == '\\' && ++at < text_.size()) {
        c = text_[at];
        const size_t name = kNames.find(c);
        if (name != absl::string_view::npos) {
          c = kCharacters[name];
        } else if (absl::ascii_isalnum(c)) {
          return "what is behind a backslash is not understood";
        }
      }
      content += c;
    }
    return "a text's last quote is missing";
  }

  absl::string_view text_;
  Variant* value_;
  char type_ = '\0';  // of all basic values; NUL: not known yet
};

// runc's: seconds for what systemd has in microseconds.
const char* MakeMicroseconds(Variant* value) {
  constexpr uint64_t kMicroseconds = 1000000;
  const BasicType& basic =
      *FindType(value->type[0] == 'a' ? 's' : value->type[0]);
  if (basic.type == 'd') {
    double seconds;
    memcpy(&seconds, value->numbers.data(), sizeof(seconds));
    if (seconds < 0 || seconds > 1e12) return "it is out of range";
    value->numbers[0] = static_cast<uint64_t>(seconds * kMicroseconds);
  } else {
    if (basic.bits == 0) return "it is no number of seconds";
    if ((basic.is_signed && static_cast<int64_t>(value->numbers[0]) < 0) ||
        value->numbers[0] > UINT64_MAX / kMicroseconds) {
      return "it is out of range";
    }
    value->numbers[0] *= kMicroseconds;
  }
  value->type = "t";
  return nullptr;
}

const char* AddOne(absl::string_view name, absl::string_view text,
                   Properties* properties) {
  if (name.size() < 3 ||
      !std::all_of(name.begin(), name.end(), absl::ascii_isalpha)) {
    return "the name of a setting has three letters or more";
  }
  // What chmdocker knows its units by, and what is to be in them.
  if (name == "Description" || name == "PIDs") {
    return "this setting is chmdocker's own";
  }
  Variant value;
  const char* wrong = ParseVariant(text, &value);
  std::string wire_name(name);
  absl::string_view stem = name;
  if (wrong == nullptr && absl::ConsumeSuffix(&stem, "Sec") &&
      absl::ascii_islower(stem.empty() ? 'A' : stem.back())) {
    wire_name.insert(stem.size(), "U");
    wrong = MakeMicroseconds(&value);
  }
  if (wrong == nullptr) {
    properties->Add(wire_name, value.type, value.numbers, value.texts);
  }
  return wrong;
}

}  // namespace

const char* ParseVariant(absl::string_view text, Variant* value) {
  return Parser(text, value).Parse();
}

absl::Status AddAnnotated(
    const std::vector<std::pair<std::string, std::string>>& annotations,
    Properties* properties) {
  for (const auto& [key, text] : annotations) {
    absl::string_view name = key;
    if (!absl::ConsumePrefix(&name, "org.systemd.property.")) continue;
    if (const char* wrong = AddOne(name, text, properties)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "annotation ", Quote(key), " ", Quote(text), ": ", wrong));
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::systemd
