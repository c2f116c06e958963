// D-Bus messages as they are on the wire: the D-Bus specification, "Message
// Protocol". Pure. Written in this machine's order of bytes, x86's; read in
// either, for a bus passes on what other programs send.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_MESSAGE_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace chmdocker::systemd {

// The settings of a unit, org.freedesktop.systemd1(5), as they are in a
// message: a(sv). Of two of one name, systemd takes the later one.
class Properties {
 public:
  // `type` is that of a number: "t", "i", "b", ...
  void AddNumber(absl::string_view name, absl::string_view type,
                 uint64_t number);
  void AddText(absl::string_view name, absl::string_view text);
  // Of any type: a basic one, or an array of basic ones or of structures of
  // these, as "a(ss)". The values in it are in order, numbers and texts apart;
  // a negative number is as in 64 bits, a double is its bits.
  void Add(absl::string_view name, absl::string_view type,
           const std::vector<uint64_t>& numbers,
           const std::vector<std::string>& texts);
  void Append(const Properties& others);

  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;  // of the elements; the first is at a multiple of 8
};

// The call of a method.
struct Call {
  const char* destination;
  const char* path;
  const char* interface;
  const char* member;
  // The arguments: texts, unless they are empty, and then, as `rest` says, no
  // more, runtime (b) and properties, or properties and further units
  // (a(sa(sv))), which are none.
  absl::string_view first = {};
  absl::string_view second = {};
  enum { kNothing, kChange, kUnit } rest = kNothing;
  const Properties* properties = nullptr;
};

// The whole message. `serial` is not 0; `has_bus`: it goes through a bus, which
// looks at the destination.
std::string Encode(const Call& call, uint32_t serial, bool has_bus);

enum class MessageType : uint8_t { kCall = 1, kReply, kError, kSignal };

struct Message {
  MessageType type = MessageType::kCall;  // or another value, to be passed over
  uint32_t reply_serial = 0;              // of the call that it answers
  std::string sender;  // as the bus says, which can't be lied to
  std::string interface;
  std::string member;
  std::string error;  // the name of the error
  std::string signature;
  std::string body;
  bool swapped = false;  // `body` has the other order of bytes
};

// What no message begins with, or one that is too long: what comes behind it
// can't be found.
inline constexpr size_t kNoMessage = SIZE_MAX;

// The bytes that the message has which begins with `bytes`, or kNoMessage; 0
// when more of it is needed to tell.
size_t MessageSize(absl::string_view bytes);

// One whole message; false if it is malformed.
bool Parse(absl::string_view bytes, Message* message);

// The values of a body: texts, numbers in decimal, and what variants of these
// have in them; false if it is malformed, or has other types.
bool ParseBody(const Message& message, std::vector<std::string>* values);

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_MESSAGE_H_
