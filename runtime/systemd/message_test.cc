#include "runtime/systemd/message.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/systemd/property_text.h"

namespace chmdocker::systemd {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}
std::string Bytes(absl::string_view hex) {
  std::string bytes;
  EXPECT_TRUE(absl::HexStringToBytes(hex, &bytes)) << hex;
  return bytes;
}

TEST(Properties, HaveTheTypesOfUnits) {
  Properties properties;
  properties.AddNumber("A", "y", 7);
  properties.AddNumber("B", "q", 0xfffe);
  properties.AddNumber("C", "i", static_cast<uint64_t>(-2));
  properties.AddNumber("D", "t", UINT64_MAX);
  properties.AddNumber("E", "b", 1);
  properties.AddText("Fgh", "x y");
  properties.Add("G", "g", {}, {"as"});
  properties.Add("H", "ay", {1, 2, 3}, {});
  properties.Add("I", "at", {1}, {});
  properties.Add("J", "as", {}, {"a", "bcd", ""});
  properties.Add("K", "a(ss)", {}, {"a", "b", "c", "de"});
  properties.Add("L", "a(st)", {1, 2}, {"a", "b"});
  properties.Add("M", "as", {}, {});
  properties.Add("N", "a(ss)", {}, {});
  EXPECT_THAT(
      TextsOf(properties),
      ElementsAre("A=y:7", "B=q:65534", "C=i:4294967294",
                  "D=t:18446744073709551615", "E=b:1", "Fgh=s:x y", "G=g:as",
                  "H=ay:1,2,3", "I=at:1", "J=as:a,bcd,", "K=a(ss):a,b,c,de",
                  "L=a(st):a,1,b,2", "M=as:", "N=a(ss):"));
}

TEST(Properties, AreAppended) {
  Properties first;
  Properties second;
  first.AddNumber("A", "y", 1);
  second.AddText("B", "x");
  first.Append(second);
  EXPECT_THAT(TextsOf(first), ElementsAre("A=y:1", "B=s:x"));
}

// All of it, by the specification's rules.
TEST(Encode, IsAWholeMessage) {
  Call call = {"a.b", "/p", "c.d", "M"};
  call.first = "x";
  EXPECT_EQ(Hex(Encode(call, 3, true)),
            "6c010001"  // order, call, no flags, version
            "06000000"  // size of the body
            "03000000"  // serial
            "47000000"  // size of the fields
            "01016f00"
            "02000000"
            "2f7000"
            "0000000000"
            "06017300"
            "03000000"
            "612e6200"
            "00000000"
            "02017300"
            "03000000"
            "632e6400"
            "00000000"
            "03017300"
            "01000000"
            "4d00"
            "000000000000"
            "08016700"
            "017300"
            "00"
            "01000000"
            "7800");
}

// A structure is at 8, wherever its array is, and so is nothing.
TEST(Encode, PutsPropertiesAndUnits) {
  Properties properties;
  properties.AddNumber("A", "b", 1);
  Call call = {"a.b", "/p", "c.d", "M", "x", "", Call::kUnit, &properties};
  EXPECT_THAT(Hex(Encode(call, 1, false)),
              EndsWith("08016700"
                       "0f73612873762961287361287376292900"
                       "000000"
                       "01000000780000"
                       "00"
                       "1000000000000000"  // at 8; its first one at 16
                       "010000004100"
                       "016200"
                       "00000001000000"
                       "0000000000000000"));
  call.rest = Call::kChange;
  EXPECT_THAT(Hex(Encode(call, 1, false)), EndsWith("0100000078000000"
                                                    "01000000"
                                                    "10000000"
                                                    "010000004100"
                                                    "016200"
                                                    "00000001000000"));
}

// --- what is read ---

// A message of its parts; the sizes are right.
std::string MessageOf(MessageType type, absl::string_view fields,
                      absl::string_view body) {
  const auto number = [](size_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) {
      bytes += static_cast<char>(value >> (8 * i) & 0xff);
    }
    return bytes;
  };
  std::string message = {'l', static_cast<char>(type), 0, 1};
  absl::StrAppend(&message, number(body.size()), number(9),
                  number(fields.size()), fields);
  message.append((8 - message.size() % 8) % 8, '\0');
  return absl::StrCat(message, body);
}

// REPLY_SERIAL 7, SENDER ":1.0", SIGNATURE "o".
const std::string& ReplyFields() {
  static const auto* const fields =
      new std::string(Bytes("0501750007000000"
                            "07017300"
                            "040000003a312e3000000000"
                            "08016700"
                            "016f00"));
  return *fields;
}
std::string Reply() {
  return MessageOf(MessageType::kReply, ReplyFields(), Bytes("020000002f7000"));
}

std::vector<std::string> BodyOf(const Message& message) {
  std::vector<std::string> values;
  EXPECT_TRUE(ParseBody(message, &values));
  return values;
}

TEST(Parse, ReadsAReply) {
  const std::string bytes = Reply();
  EXPECT_EQ(MessageSize(bytes), bytes.size());
  Message message;
  ASSERT_TRUE(Parse(bytes, &message));
  EXPECT_EQ(message.type, MessageType::kReply);
  EXPECT_EQ(message.reply_serial, 7U);
  EXPECT_EQ(message.sender, ":1.0");
  EXPECT_EQ(message.signature, "o");
  EXPECT_THAT(BodyOf(message), ElementsAre("/p"));
}

TEST(Parse, ReadsTheOtherOrderOfBytes) {
  // An error, reply serial 1, its name "e.f", a text "no".
  const std::string bytes = Bytes(
      "42030001"
      "00000007"
      "00000002"
      "0000001f"
      "05017500"
      "00000001"
      "04017300"
      "00000003"
      "652e6600"
      "00000000"
      "08016700"
      "017300"
      "00"
      "00000002"
      "6e6f00");
  Message message;
  ASSERT_TRUE(Parse(bytes, &message));
  EXPECT_EQ(message.error, "e.f");
  EXPECT_EQ(message.reply_serial, 1U);
  EXPECT_THAT(BodyOf(message), ElementsAre("no"));
}

TEST(ParseBody, ReadsASignalAndAVariant) {
  Message message;
  message.signature = "uoss";
  message.body = Bytes(
      "05000000"
      "02000000"
      "2f6a00"
      "00"
      "01000000"
      "7800"
      "0000"
      "04000000"
      "646f6e6500");
  EXPECT_THAT(BodyOf(message), ElementsAre("5", "/j", "x", "done"));
  message.signature = "v";
  message.body = Bytes(
      "017300"
      "00"
      "03000000"
      "32353200");
  EXPECT_THAT(BodyOf(message), ElementsAre("252"));
}

// A field that is not known is passed over.
TEST(Parse, PassesOverAnUnknownField) {
  Message message;
  EXPECT_TRUE(Parse(
      MessageOf(MessageType::kReply, Bytes("ff01750007000000"), ""), &message));
}

TEST(MessageSize, NeedsTheFixedPart) {
  for (size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(MessageSize(Reply().substr(0, size)), 0U);
  }
}

TEST(MessageSize, RefusesWhatCanNotBe) {
  struct Case {
    const char* what;
    size_t at;
    const char* bytes;
  };
  for (const Case& one : {
           Case{"order of bytes", 0, "78"},
           {"version", 3, "02"},
           {"serial 0", 8, "00000000"},
           {"body too long", 4, "ffffffff"},
           {"fields too long", 12, "ffffffff"},
           {"fields longer than an array may be", 12, "01000004"},
       }) {
    std::string bytes = Reply();
    const std::string wrong = Bytes(one.bytes);
    bytes.replace(one.at, wrong.size(), wrong);
    EXPECT_EQ(MessageSize(bytes), kNoMessage) << one.what;
  }
}

// Cut off anywhere, with its sizes as they are or as they would be.
TEST(Parse, RefusesWhatIsCutOff) {
  const std::string whole = Reply();
  for (size_t size = 0; size < whole.size(); ++size) {
    Message message;
    EXPECT_FALSE(Parse(whole.substr(0, size), &message)) << size;
  }
  for (size_t size = 1; size < ReplyFields().size(); ++size) {
    // Whole fields are a message.
    if (size == 8 || size == 21) continue;
    Message message;
    EXPECT_FALSE(
        Parse(MessageOf(MessageType::kReply, ReplyFields().substr(0, size), ""),
              &message))
        << size;
  }
}

// No byte that is changed makes it crash, or read outside.
TEST(Parse, StandsEveryChangedByte) {
  const std::string whole = Reply();
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      Message message;
      std::vector<std::string> values;
      if (Parse(bytes, &message)) (void)ParseBody(message, &values);
    }
  }
}

TEST(Parse, RefusesEvilFields) {
  for (const char* fields : {
           "05017500070000",              // a number that ends too early
           "0701730004000000",            // a text that is not there
           "07017300ffffffff3a312e3000",  // one that is far too long
           "07017300030000003a312e30",    // without a NUL behind it
           "07017300030000003a003000",    // with one in it
           "0701",                        // no type
           "0702617300000000",            // a type that no field has
           "ff",                          // nothing
           "050175000700000001000000",    // what aligns is not zero
       }) {
    Message message;
    EXPECT_FALSE(
        Parse(MessageOf(MessageType::kReply, Bytes(fields), ""), &message))
        << fields;
  }
  std::string padded = Reply();
  padded[padded.size() - 8] = 1;  // between the header and the body
  Message message;
  EXPECT_FALSE(Parse(padded, &message));
}

TEST(ParseBody, RefusesWhatDoesNotFitItsSignature) {
  struct Case {
    const char* signature;
    const char* body;
  };
  for (const Case& one : {
           Case{"s", ""},              // nothing
           {"s", "0100000078"},        // no NUL
           {"s", "ffffffff7800"},      // too long
           {"s", "0000000000ff"},      // more than there shall be
           {"ss", "0000000000"},       // less
           {"v", "02617300"},          // what is not read
           {"v", "0176000176000173"},  // a variant in a variant
           {"v", ""},                  // no type
           {"v", "00"},                // none of one byte
           {"as", "00000000"},         // an array
           {"(", ""},                  // no type at all
           {"g", "ff"},                // a signature, too long
       }) {
    Message message;
    message.signature = one.signature;
    message.body = Bytes(one.body);
    std::vector<std::string> values;
    EXPECT_FALSE(ParseBody(message, &values))
        << one.signature << " " << one.body;
  }
}

}  // namespace
}  // namespace chmdocker::systemd
