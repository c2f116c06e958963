#include "runtime/systemd/message.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chmdocker::systemd {
namespace {

// Of the specification.
constexpr size_t kMostBytes = size_t{1} << 27;
constexpr size_t kMostArray = size_t{1} << 26;
constexpr uint8_t kVersion = 1;
// Before the fields of the header: the order of bytes, the type, flags and the
// version; three numbers: the size of the body, the serial, that of the fields.
constexpr size_t kFixed = 16;

enum Field : uint8_t {
  kPath = 1,
  kInterface,
  kMember,
  kErrorName,
  kReplySerial,
  kDestination,
  kSender,
  kSignature,
};

// The bytes of a number, a multiple of which it stands at; 0: it is none.
size_t SizeOfNumber(char type) {
  switch (type) {
    case 'y':
      return 1;
    case 'n':
    case 'q':
      return 2;
    case 'b':
    case 'i':
    case 'u':
      return 4;
    case 'x':
    case 't':
    case 'd':
      return 8;
    default:
      return 0;
  }
}

// What a value of this type stands at a multiple of.
size_t Alignment(char type) {
  if (const size_t size = SizeOfNumber(type); size != 0) return size;
  if (type == '(') return 8;
  return type == 'g' || type == 'v' ? 1 : 4;
}

// --- writing ---

void Align(size_t to, std::string& out) {
  out.append((to - out.size() % to) % to, '\0');
}

void PutNumber(uint64_t number, size_t size, std::string& out) {
  Align(size, out);
  for (size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<char>(number >> (8 * i) & 0xff));
  }
}

void PutText(absl::string_view text, std::string& out) {
  PutNumber(text.size(), 4, out);
  absl::StrAppend(&out, text);
  out.push_back('\0');
}

void PutSignature(absl::string_view signature, std::string& out) {
  out.push_back(static_cast<char>(signature.size()));
  absl::StrAppend(&out, signature);
  out.push_back('\0');
}

// An array is its size in bytes, which is known at its end, and, at what its
// elements are aligned to, these.
class ArrayWriter {
 public:
  ArrayWriter(char element, std::string& out) : out_(out) {
    PutNumber(0, 4, out);
    size_at_ = out.size() - 4;
    Align(Alignment(element), out);
    begin_ = out.size();
  }
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;
  ~ArrayWriter() {
    std::string size;
    PutNumber(out_.size() - begin_, 4, size);
    out_.replace(size_at_, size.size(), size);
  }

 private:
  std::string& out_;
  size_t size_at_ = 0;
  size_t begin_ = 0;
};

// Puts the basic values of `types` one after the other.
void PutBasics(absl::string_view types, const uint64_t*& number,
               const std::string*& text, std::string& out) {
  for (const char type : types) {
    if (const size_t size = SizeOfNumber(type); size != 0) {
      PutNumber(*number++, size, out);
    } else if (type == 'g') {
      PutSignature(*text++, out);
    } else {
      PutText(*text++, out);
    }
  }
}

void PutField(Field field, char type, absl::string_view text,
              std::string& out) {
  if (text.empty()) return;
  Align(8, out);
  out.push_back(static_cast<char>(field));
  PutSignature(absl::string_view(&type, 1), out);
  type == 'g' ? PutSignature(text, out) : PutText(text, out);
}

// --- reading ---

// Reads one value after the other. What is not there, or not as it shall be, is
// remembered, and reads as nothing from then on.
class Reader {
 public:
  Reader(absl::string_view bytes, bool swapped)
      : bytes_(bytes), swapped_(swapped) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return !ok_ || at_ == bytes_.size(); }

  void Skip(size_t size) { (void)Take(size); }

  // What stands between values is zero.
  void Align(size_t to) {
    for (; ok_ && at_ % to != 0; ++at_) {
      if (at_ >= bytes_.size() || bytes_[at_] != '\0') ok_ = false;
    }
  }

  uint64_t Number(size_t size) {
    Align(size);
    const absl::string_view bytes = Take(size);
    uint64_t number = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      const size_t place = swapped_ ? bytes.size() - 1 - i : i;
      number |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * place);
    }
    return number;
  }

  std::string Text() { return Terminated(Number(4)); }
  std::string Signature() { return Terminated(Number(1)); }

  // A basic value as text.
  std::string Basic(char type) {
    if (type == 's' || type == 'o') return Text();
    if (type == 'g') return Signature();
    const size_t size = SizeOfNumber(type);
    if (size == 0) ok_ = false;
    return ok_ ? absl::StrCat(Number(size)) : "";
  }

 private:
  absl::string_view Take(size_t size) {
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return "";
    }
    const absl::string_view taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  // No text has a NUL in it, and each has one behind it.
  std::string Terminated(uint64_t size) {
    const absl::string_view text = Take(size);
    const absl::string_view end = Take(1);
    if (end != absl::string_view("\0", 1) ||
        text.find('\0') != absl::string_view::npos) {
      ok_ = false;
    }
    return ok_ ? std::string(text) : "";
  }

  absl::string_view bytes_;
  bool swapped_;
  size_t at_ = 0;
  bool ok_ = true;
};

size_t EndOfFields(uint64_t size) { return (kFixed + size + 7) / 8 * 8; }

// What is not known is passed over, as the specification wants it.
void ReadField(Reader& reader, Message& message) {
  reader.Align(8);
  const uint64_t field = reader.Number(1);
  const std::string type = reader.Signature();
  if (field == kReplySerial && type == "u") {
    message.reply_serial = static_cast<uint32_t>(reader.Number(4));
    return;
  }
  std::string value = reader.Basic(type.size() == 1 ? type[0] : '\0');
  const auto keep = [&](Field wanted, absl::string_view of, std::string& to) {
    if (field == wanted && type == of) to = std::move(value);
  };
  keep(kInterface, "s", message.interface);
  keep(kMember, "s", message.member);
  keep(kErrorName, "s", message.error);
  keep(kSender, "s", message.sender);
  keep(kSignature, "g", message.signature);
}

}  // namespace

void Properties::AddNumber(absl::string_view name, absl::string_view type,
                           uint64_t number) {
  Add(name, type, {number}, {});
}

void Properties::AddText(absl::string_view name, absl::string_view text) {
  Add(name, "s", {}, {std::string(text)});
}

void Properties::Add(absl::string_view name, absl::string_view type,
                     const std::vector<uint64_t>& numbers,
                     const std::vector<std::string>& texts) {
  Align(8, bytes_);
  PutText(name, bytes_);
  PutSignature(type, bytes_);
  const uint64_t* number = numbers.data();
  const std::string* text = texts.data();
  if (type[0] != 'a') return PutBasics(type, number, text, bytes_);
  type.remove_prefix(1);
  const bool structures = type[0] == '(';
  const ArrayWriter array(type[0], bytes_);
  if (structures) type = type.substr(1, type.size() - 2);
  while (number != numbers.data() + numbers.size() ||
         text != texts.data() + texts.size()) {
    if (structures) Align(8, bytes_);
    PutBasics(type, number, text, bytes_);
  }
}

void Properties::Append(const Properties& others) {
  Align(8, bytes_);
  bytes_ += others.bytes_;
}

std::string Encode(const Call& call, uint32_t serial, bool has_bus) {
  std::string signature;
  std::string body;
  for (const absl::string_view text : {call.first, call.second}) {
    if (text.empty()) continue;
    signature += 's';
    PutText(text, body);
  }
  if (call.rest == Call::kChange) {
    signature += 'b';
    PutNumber(1, 4, body);
  }
  if (call.rest != Call::kNothing) {
    signature += "a(sv)";
    const ArrayWriter array('(', body);
    body += call.properties->bytes();
  }
  if (call.rest == Call::kUnit) {
    signature += "a(sa(sv))";
    const ArrayWriter array('(', body);
  }
  std::string out = {'l', static_cast<char>(MessageType::kCall), 0, kVersion};
  PutNumber(body.size(), 4, out);
  PutNumber(serial, 4, out);
  {
    const ArrayWriter fields('(', out);
    PutField(kPath, 'o', call.path, out);
    if (has_bus) PutField(kDestination, 's', call.destination, out);
    PutField(kInterface, 's', call.interface, out);
    PutField(kMember, 's', call.member, out);
    PutField(kSignature, 'g', signature, out);
  }
  Align(8, out);
  return out += body;
}

size_t MessageSize(absl::string_view bytes) {
  if (bytes.size() < kFixed) return 0;
  if ((bytes[0] != 'l' && bytes[0] != 'B') || bytes[3] != kVersion) {
    return kNoMessage;
  }
  Reader reader(bytes.substr(4, kFixed - 4), bytes[0] == 'B');
  const uint64_t body = reader.Number(4);
  const uint64_t serial = reader.Number(4);
  const uint64_t fields = reader.Number(4);
  const size_t size = EndOfFields(fields) + body;
  return serial == 0 || fields > kMostArray || size > kMostBytes ? kNoMessage
                                                                 : size;
}

bool Parse(absl::string_view bytes, Message* message) {
  const size_t size = MessageSize(bytes);
  if (size == 0 || size != bytes.size()) return false;
  message->type = static_cast<MessageType>(bytes[1]);
  message->swapped = bytes[0] == 'B';
  Reader sizes(bytes.substr(kFixed - 4, 4), message->swapped);
  const size_t fields = sizes.Number(4);
  Reader reader(bytes.substr(0, kFixed + fields), message->swapped);
  reader.Skip(kFixed);
  while (!reader.AtEnd()) ReadField(reader, *message);
  // What stands before the body.
  Reader end(bytes.substr(0, EndOfFields(fields)), message->swapped);
  end.Skip(kFixed + fields);
  end.Align(8);
  message->body = bytes.substr(EndOfFields(fields));
  return reader.ok() && end.ok();
}

bool ParseBody(const Message& message, std::vector<std::string>* values) {
  Reader reader(message.body, message.swapped);
  values->clear();
  for (const char type : message.signature) {
    std::string inner(1, type);
    if (type == 'v') inner = reader.Signature();
    values->push_back(reader.Basic(inner.size() == 1 ? inner[0] : '\0'));
  }
  return reader.ok() && reader.AtEnd();
}

}  // namespace chmdocker::systemd
